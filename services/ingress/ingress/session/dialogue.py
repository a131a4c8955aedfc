"""What every command needs: the handler to ask, what is known of the client, the open transaction."""

from collections.abc import Awaitable
from typing import TypeVar

import structlog

from ingress.seam import Handler, Interruption, SessionState
from ingress.session.connection import Connection
from ingress.session.ending import CommandRefused
from ingress.session.listener import Listener
from ingress.session.transaction import Message, Transaction
from mailcore import replies
from mailcore.replies import Reply

T = TypeVar("T")
_log = structlog.get_logger(__name__)


class Dialogue(Connection):
    """A conversation with one client, judged by a handler."""

    def __init__(self, handler: Handler, listener: Listener) -> None:
        super().__init__()
        self.handler = handler
        self.listener = listener
        self.state = SessionState(peer_ip="", peer_port=0, listener=listener.name, first_line=self.incoming.first_line)
        self.transaction: Transaction | None = None

    async def ask(self, question: Awaitable[T], otherwise: T) -> T:
        """Ask the handler what may be cancelled when the client vanishes. `otherwise` is the answer if it fails."""
        self.is_interruptible = True
        try:
            return await question
        except Exception as error:  # noqa: BLE001 - as below
            self._note_failure(error)
            return otherwise
        finally:
            self.is_interruptible = False

    async def insist(self, question: Awaitable[T], otherwise: T) -> T:
        """Ask the handler what must be finished, whatever becomes of the client."""
        try:
            return await question
        except Exception as error:  # noqa: BLE001 - the boundary to policy: its failure is our 451, never a 5xx
            self._note_failure(error)
            return otherwise

    def _note_failure(self, error: Exception) -> None:
        _log.error("handler_failed", peer=self.state.peer_ip, listener=self.state.listener, exc_info=error)

    def need_helo(self) -> None:
        """Raise CommandRefused unless the client has said HELO or EHLO."""
        if not self.state.helo:
            raise CommandRefused(replies.BAD_SEQUENCE.about(expected="HELO or EHLO"))

    def need_no_message(self) -> None:
        """Raise CommandRefused while a message is being sent by BDAT (RFC 3030 2)."""
        if self.transaction is not None and self.transaction.message is not None:
            raise CommandRefused(replies.CHUNKS_UNDER_WAY)

    async def forget_transaction(self) -> None:
        """Forget the open transaction, since the client said so."""
        transaction, self.transaction = self.transaction, None
        if transaction is None:
            return
        if transaction.message is None:
            await self.insist(self.handler.reset(self.state), None)
        else:
            await self.abandon(transaction.message, "reset")

    async def abandon(self, message: Message, why: Interruption) -> None:
        """End a message that will not be completed. What was refused already is not offered to be kept."""
        if message.dots is not None:
            await self.give(message, message.dots.abandon())
        if message.body.refusal is None:
            await self.insist(self.handler.abort(self.state, message.sink, why), None)
        else:
            await self.insist(self.handler.refuse_message(self.state, message.sink, message.body.refusal), None)

    async def give(self, message: Message, octets: bytes) -> None:
        """Give the sink what of these octets it gets."""
        await self._write(message, message.body.feed(octets))

    async def _write(self, message: Message, octets: bytes) -> None:
        if not octets:
            return
        try:
            await message.sink.write(octets)
        except Exception as error:  # noqa: BLE001 - the boundary to policy, as above
            self._note_failure(error)
            message.body.refusal = replies.TRY_AGAIN_LATER

    async def complete(self, message: Message) -> Reply:
        """End the transaction with its message complete; give what the client is told."""
        await self._write(message, message.body.finish())
        self.transaction = None
        refusal = message.body.refusal
        if refusal is None:
            self.send()
            return await self.insist(self.handler.message(self.state, message.sink), replies.TRY_AGAIN_LATER)
        await self.insist(self.handler.refuse_message(self.state, message.sink, refusal), None)
        return refusal
