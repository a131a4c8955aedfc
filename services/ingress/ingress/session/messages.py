"""DATA (RFC 5321 4.1.1.4) and BDAT (RFC 3030): the octets of a message, in chunks as they come."""

import re

from ingress.seam import MessageLimits
from ingress.session.body import Body
from ingress.session.dialogue import Dialogue
from ingress.session.dots import DotReader
from ingress.session.ending import CommandRefused, Ended
from ingress.session.pace import Pace
from ingress.session.transaction import Message, Transaction
from mailcore import replies
from mailcore.replies import Reply

_BDAT = re.compile(r"([0-9]{1,20})(?: +(LAST))?", re.IGNORECASE)


class Messages(Dialogue):
    """Takes messages."""

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - the base class names commands so
        """Take everything up to CRLF.CRLF as the message."""
        transaction = self._ready_transaction()
        self.need_no_message()
        if arg:
            raise CommandRefused(replies.SYNTAX_ERROR.about(syntax="DATA"))
        message = await self._open(transaction)
        if isinstance(message, Reply):
            self.answer(message)
            return
        self.answer(replies.START_MESSAGE)
        message.dots = dots = DotReader()
        pace = self._pace()
        rest: bytes | None = None
        while rest is None:
            octets, rest = dots.feed(await self._next_octets(pace))
            if rest:
                self.incoming.put_back(rest)
            await self.give(message, octets)
        self.answer(await self.complete(message))

    async def smtp_BDAT(self, arg: str) -> None:  # noqa: N802 - the base class names commands so
        """BDAT: so many octets are a part of the message, whether it is wanted or not."""
        match = _BDAT.fullmatch(arg)
        if match is None:  # what follows may be a command or a message: nobody can know
            raise Ended(replies.OUT_OF_STEP, "disconnected")
        try:
            message = await self._open(self._ready_transaction())
        except CommandRefused:
            await self._take_chunk(None, int(match[1]))
            raise
        if isinstance(message, Reply):
            await self._take_chunk(None, int(match[1]))
            self.answer(message)
            return
        await self._take_chunk(message, int(match[1]))
        if match[2] is not None or message.body.refusal is not None:
            self.answer(await self.complete(message))
        else:
            self.answer(replies.CHUNK_OK.about(size=match[1]))

    def _ready_transaction(self) -> Transaction:
        self.need_helo()
        if self.transaction is None:
            raise CommandRefused(replies.BAD_SEQUENCE.about(expected="MAIL"))
        if not self.transaction.recipients:
            raise CommandRefused(replies.NO_VALID_RECIPIENT)
        return self.transaction

    async def _open(self, transaction: Transaction) -> Message | Reply:
        """Give the message that is under way, a new one, or why there can be none."""
        if transaction.message is not None:
            return transaction.message
        sink = await self.insist(self.handler.data(self.state), replies.TRY_AGAIN_LATER)
        if isinstance(sink, Reply):
            self.transaction = None
            return sink
        limits = self.state.message_limits
        if limits is None:
            announced = self.state.limits
            limits = MessageLimits(size=announced.announced_size if announced is not None else 0)
        transaction.message = Message(sink, Body(limits))
        return transaction.message

    async def _take_chunk(self, message: Message | None, size: int) -> None:
        pace = self._pace()
        while size:
            octets = await self._next_octets(pace, size)
            size -= len(octets)
            if message is not None:
                await self.give(message, octets)

    def _pace(self) -> Pace:
        return Pace(self.state.limits.min_data_rate if self.state.limits is not None else 0)

    async def _next_octets(self, pace: Pace, most: int | None = None) -> bytes:
        """Give the next octets of a message. Raises Ended when they come too slowly."""
        while not self.incoming:
            began = self.loop.time()
            await self.more()
            pace.came(len(self.incoming), self.loop.time() - began)
            if pace.is_too_slow:
                raise Ended(replies.TOO_SLOW, "timeout")
        return self.incoming.take_all() if most is None else self.incoming.take(most)
