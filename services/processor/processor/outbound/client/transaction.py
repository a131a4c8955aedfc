"""One message in one session: MAIL, RCPT, then DATA or BDAT. What each recipient got for an answer.

Nothing is raised for what the other server does: a recipient of whom nothing more is known has an answer that says so.
"""

from collections.abc import AsyncIterator, Callable, Sequence

from mailcore.replies import Reply
from processor.outbound.client.answer import Answer, SessionFailed
from processor.outbound.client.line_ends import DotStuffing, LineEnds
from processor.outbound.client.outgoing import Addressee, Outgoing
from processor.outbound.client.parameters import hindrance, mail_line, needs_utf8, path, rcpt_line
from processor.outbound.client.session import Session

_START = 354
_BLOCK = 256 * 1024
_UNKNOWN_COMMAND = frozenset({500, 502})
_NO_CHUNKS = "the server offers CHUNKING and does not know BDAT"
_NO_UTF8 = Answer("rcpt", why="the address needs SMTPUTF8, which the server does not offer", status="5.6.7")


def _always() -> bool:
    return True


async def transact(
    session: Session, mail: Outgoing, recipients: Sequence[Addressee], may_end: Callable[[], bool] = _always
) -> list[Answer]:
    """Send `mail` to `recipients` (not empty) and give an answer for each, in order.

    `may_end` is asked right before the end of the message is sent: where it says no, the connection is dropped.
    Raises what reading the content raises; the session is dropped then, so that no half of a message is taken.
    """
    session.transactions += 1
    if (answer := hindrance(mail, session.extensions)) is not None:
        return [answer] * len(recipients)
    answers: dict[int, Answer] = {}
    able: list[int] = []
    for at, recipient in enumerate(recipients):
        if "SMTPUTF8" in session.extensions or path(recipient.address).isascii():
            able.append(at)
        else:
            answers[at] = _NO_UTF8
    if able:
        transaction = _Transaction(session, mail, [recipients[at] for at in able], may_end)
        answers |= zip(able, await transaction.run(), strict=True)
    return [answers[at] for at in range(len(recipients))]


class _Transaction:
    def __init__(
        self, session: Session, mail: Outgoing, recipients: Sequence[Addressee], may_end: Callable[[], bool]
    ) -> None:
        self._may_end = may_end
        self._session = session
        self._timeouts = session.timeouts
        self._mail = mail
        self._recipients = recipients
        self._answers: list[Answer | None] = [None] * len(recipients)

    async def run(self) -> list[Answer]:
        """Say all of it, and leave the session usable or dropped."""
        try:
            await self._say()
        except SessionFailed as failed:
            self._settle(await self._last_word(failed.answer))
            self._session.drop()
        except BaseException:
            self._session.drop()
            raise
        return [answer for answer in self._answers if answer is not None]

    async def _say(self) -> None:
        await self._envelope()
        if all(answer is not None for answer in self._answers):
            await self._forget()
            return
        reply = await (self._bdat() if "CHUNKING" in self._session.extensions else self._data())
        if reply is not None:
            self._settle(Answer("final", reply))

    async def _envelope(self) -> None:
        session, utf8 = self._session, needs_utf8(self._mail, tuple(self._recipients))
        mail = mail_line(self._mail, session.extensions, utf8=utf8)
        lines = [rcpt_line(recipient, session.extensions, utf8=utf8) for recipient in self._recipients]
        is_pipelined = "PIPELINING" in session.extensions
        if is_pipelined:
            await session.send("".join(f"{line}\r\n" for line in (mail, *lines)).encode(), "mail", self._timeouts.mail)
            reply = await session.reply("mail", self._timeouts.mail)
        else:
            reply = await session.command(mail, "mail", self._timeouts.mail)
        if not reply.is_success:
            self._settle(Answer("mail", reply))
            if not is_pipelined:
                return
        for at, line in enumerate(lines):
            if is_pipelined:
                reply = await session.reply("rcpt", self._timeouts.rcpt)
            else:
                reply = await session.command(line, "rcpt", self._timeouts.rcpt)
            if self._answers[at] is None and not reply.is_success:
                self._answers[at] = Answer("rcpt", reply)

    async def _data(self) -> Reply | None:
        session = self._session
        reply = await session.command("DATA", "data", self._timeouts.data)
        if reply.code != _START:
            self._settle(Answer("data", reply))
            await self._forget()
            return None
        dots = DotStuffing()
        async for piece in self._lines():
            await session.send(dots.feed(piece), "content", self._timeouts.block)
        return await self._end(b".\r\n")

    async def _bdat(self) -> Reply | None:
        """Send in chunks (RFC 3030), the next one under way while the reply to the last is awaited."""
        session, is_waiting = self._session, False
        async for piece in self._lines():
            await session.send(b"BDAT %d\r\n" % len(piece) + piece, "content", self._timeouts.block)
            if is_waiting and not await self._chunk_taken():
                # The server still answers the chunk that was under way; the session is not worth the waiting.
                session.drop()
                return None
            is_waiting = True
        if is_waiting and not await self._chunk_taken():
            await self._forget()
            return None
        return await self._end(b"BDAT 0 LAST\r\n")

    async def _forget(self) -> None:
        """Have the server forget an envelope whose message it does not get.

        Many servers keep it otherwise, and refuse the next MAIL for good since one is open (503): another message would
        come back to its sender for that.
        """
        if self._session.is_usable:
            reply = await self._session.command("RSET", "mail", self._timeouts.mail)
            if not reply.is_success:
                self._session.drop()

    async def _end(self, octets: bytes) -> Reply | None:
        """Send what ends the message and give the reply, or None when each has his own by now.

        From the first octet on, it may be taken.
        """
        session = self._session
        if session.wire.is_lost:
            raise SessionFailed(Answer("content", why="the server closed the connection"))
        session.insist_on_time("content")
        if not self._may_end():
            raise SessionFailed(Answer("content", why="somebody else may be sending it by now"))
        await session.send(octets, "final", self._timeouts.block)
        if session.answers_each:
            await self._each_is_answered()
            return None
        return await session.reply("final", self._timeouts.final, is_final=True)

    async def _each_is_answered(self) -> None:
        """Read a reply for each recipient that was accepted, in their order (RFC 2033 4.2)."""
        for at, answer in enumerate(self._answers):
            if answer is None:
                reply = await self._session.reply("final", self._timeouts.final, is_final=True)
                self._answers[at] = Answer("final", reply)

    async def _chunk_taken(self) -> bool:
        reply = await self._session.reply("content", self._timeouts.block)
        if not reply.is_success:
            self._settle(self._refusal(reply))
        return reply.is_success

    def _refusal(self, reply: Reply) -> Answer:
        """Give what a reply inside the content says of the recipients.

        A BDAT that the server does not know says nothing of the message, and its octets may be taken for commands.
        """
        if "CHUNKING" in self._session.extensions and reply.code in _UNKNOWN_COMMAND:
            self._session.refuses_chunks = True
            self._session.drop()
            return Answer("content", why=f"{_NO_CHUNKS}: {reply}")
        return Answer("content", reply)

    async def _lines(self) -> AsyncIterator[bytes]:
        """Give the content with CRLF line ends, in pieces that are worth a chunk."""
        ends = LineEnds()
        block = bytearray()
        async for piece in self._mail.pieces():
            block += ends.feed(piece)
            if len(block) >= _BLOCK:
                yield bytes(block)
                block.clear()
        block += ends.finish()
        if block:
            yield bytes(block)

    async def _last_word(self, answer: Answer) -> Answer:
        """Give the reply that the server sent before it hung up inside the content, where there is one."""
        if answer.stage != "content" or not self._session.wire.has_unread:
            return answer
        try:
            return self._refusal(await self._session.reply("content", self._timeouts.quit))
        except SessionFailed:
            return answer

    def _settle(self, answer: Answer) -> None:
        """Give `answer` to every recipient that has none."""
        self._answers = [one if one is not None else answer for one in self._answers]
