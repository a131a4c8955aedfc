"""One message for some mailboxes in one transaction, over a session that waits for the next one."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

from mailcore.content.interface import ContentStore
from mailcore.mail.content import InlineContent
from processor.lmtp.opening import LmtpOpener
from processor.local_copy import LocalCopy
from processor.outbound.client.answer import Answer, SessionFailed
from processor.outbound.client.outgoing import Addressee, Outgoing
from processor.outbound.client.parameters import path
from processor.outbound.client.session import Session
from processor.outbound.client.transaction import transact
from processor.outbound.pool import Pool

_KEY = "lmtp"
_IDLE_SECONDS = 30.0
"""For how long a session waits: there is one server, and it expects us back."""
_CLOSING = 421


class LmtpDialogue:
    """Speaks with the server."""

    def __init__(self, opener: LmtpOpener, content: ContentStore, seconds: float) -> None:
        """`seconds`: how long a transaction may take up to the end of the message."""
        self._opener = opener
        self._content = content
        self._seconds = seconds
        self._pool = Pool()

    async def send(self, copy: LocalCopy, recipients: Sequence[str]) -> list[Answer]:
        """Send what `copy` holds to `recipients`, and give an answer for each.

        Raises what reading the content raises.
        """
        mail = _outgoing(copy, self._content)
        session = self._pool.take(_KEY, self._deadline())
        if session is not None:
            answers = await self._transact(session, mail, recipients)
            if not all(map(_is_stale, answers)):
                return answers
        try:
            session = await self._opener.open(self._deadline())
        except SessionFailed as failed:
            return [failed.answer] * len(recipients)
        return await self._transact(session, mail, recipients)

    async def close(self) -> None:
        """Let go of idle sessions."""
        await self._pool.close()

    async def _transact(self, session: Session, mail: Outgoing, recipients: Sequence[str]) -> list[Answer]:
        if "SMTPUTF8" not in session.extensions and not path(mail.sender).isascii():
            # Only the `Return-Path:` is lost; refused, the message would be.
            mail = replace(mail, sender="")
        try:
            answers = await transact(session, mail, [Addressee(address) for address in recipients])
        except BaseException:
            session.drop()
            raise
        self._pool.give(_KEY, session, _IDLE_SECONDS)
        return answers

    def _deadline(self) -> float:
        return asyncio.get_running_loop().time() + self._seconds


def _outgoing(copy: LocalCopy, store: ContentStore) -> Outgoing:
    """Give the message as it is, whatever its octets: a mailbox of our own would take them too."""

    async def pieces() -> AsyncIterator[bytes]:
        yield copy.header
        if isinstance(copy.content, InlineContent):
            yield copy.content.octets[copy.body_start :]
            return
        async for piece in store.read(copy.content, copy.body_start):
            yield piece

    return Outgoing(sender=copy.sender, size=len(copy.header) + copy.content.size - copy.body_start, pieces=pieces)


def _is_stale(answer: Answer) -> bool:
    """Whether a session that had waited turned out to be closed: that says nothing of the server."""
    return answer.stage == "mail" and (answer.reply is None or answer.reply.code == _CLOSING) and not answer.status
