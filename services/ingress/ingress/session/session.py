"""The session: the table of commands, and the loop that answers them one after the other."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import ClassVar

import structlog

from ingress.seam import Handler
from ingress.session import command_line
from ingress.session.authentication import Authentication
from ingress.session.courtesies import Courtesies
from ingress.session.ending import CommandRefused, Ended, Unsupported
from ingress.session.envelopes import Envelopes
from ingress.session.incoming import LineTooLong
from ingress.session.listener import Listener
from ingress.session.live_sessions import LiveSessions
from ingress.session.messages import Messages
from ingress.session.returning import Returning
from mailcore import replies
from mailcore.replies import Reply

_log = structlog.get_logger(__name__)
# Known commands that are not done here: RFC 1985, RFC 2645, RFC 4468, and what RFC 5321 F retired.
_NOT_DONE = frozenset(("ETRN", "ATRN", "BURL", "TURN", "SEND", "SOML", "SAML"))
# After too many errors the client's pipelined commands are answered up to the first of these (row 14).
_NOT_ANY_MORE = frozenset(("DATA", "BDAT", "AUTH", "STARTTLS"))


class Session(Authentication, Envelopes, Messages, Courtesies, Returning):
    """One SMTP conversation. `loop.create_server(lambda: Session(handler, listener, live), ...)` is all it takes."""

    commands: ClassVar[dict[str, Callable[["Session", str], Awaitable[None]]]] = {
        "HELO": Authentication.smtp_HELO,
        "EHLO": Authentication.smtp_EHLO,
        "STARTTLS": Authentication.smtp_STARTTLS,
        "AUTH": Authentication.smtp_AUTH,
        "MAIL": Envelopes.smtp_MAIL,
        "RCPT": Envelopes.smtp_RCPT,
        "DATA": Messages.smtp_DATA,
        "BDAT": Messages.smtp_BDAT,
        "RSET": Envelopes.smtp_RSET,
        "NOOP": Courtesies.smtp_NOOP,
        "QUIT": Courtesies.smtp_QUIT,
        "HELP": Courtesies.smtp_HELP,
        "VRFY": Courtesies.smtp_VRFY,
        "EXPN": Courtesies.smtp_EXPN,
        "XPASS": Returning.smtp_XPASS,
        "XREENTRY": Returning.smtp_XREENTRY,
    }
    _answered = 0
    _errors = 0
    _is_parting = False
    """Whether the client made too many errors and only what it has sent already is answered."""
    _stops_with: Reply | None = None

    def __init__(self, handler: Handler, listener: Listener, live: LiveSessions) -> None:
        super().__init__(handler, listener)
        self._live = live

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin the conversation."""
        self._live.enter(self)
        super().connection_made(transport)

    def shut_down(self, reply: Reply) -> None:
        """End the conversation with `reply` once no transaction is open."""
        if self.transaction is None:
            self.interrupt(reply, "stopping")
        self._stops_with = reply

    async def _handle_client(self) -> None:
        """Converse until the end, and leave nothing behind."""
        ended = Ended(None, "stopping")
        try:
            await self._converse(self._answer if await self.greet() else self._answer_unwelcome)
        except Ended as end:
            # Its traceback leads back here: the session would wait for the garbage collector.
            ended = end.with_traceback(None)
        except asyncio.CancelledError:
            if self.ended is None:  # not we, but the whole event loop ends
                raise
            self._task.uncancel()
            ended = self.ended
        except Exception:  # noqa: BLE001 - a bug of ours must not leave the client without an answer
            _log.exception("session_failed", peer=self.state.peer_ip, listener=self.state.listener)
            ended = Ended(replies.SESSION_FAILED, "stopping")
        finally:
            await self._wind_up(ended)

    async def _wind_up(self, ended: Ended) -> None:
        self.hang_up(ended.reply)
        transaction, self.transaction = self.transaction, None
        if transaction is not None and transaction.message is not None:
            await self.abandon(transaction.message, ended.why)
        if self.is_admitted:
            await self.insist(self.handler.closed(self.state), None)
        self._live.leave(self)

    async def _converse(self, answer: Callable[[bytes], Awaitable[None]]) -> None:
        while True:
            if self.ended is not None:
                raise self.ended
            if self._stops_with is not None and self.transaction is None:
                raise Ended(self._stops_with, "stopping")
            try:
                line = self.incoming.take_line()
            except LineTooLong:
                await self._refuse("", replies.COMMAND_TOO_LONG)
                continue
            if line is not None:
                await answer(line)
                if self.owes_replies:
                    await self.flush()
                    # A pipeline may be as long as its client likes: it is the others' turn.
                    await asyncio.sleep(0)
            elif self._is_parting:
                raise Ended(replies.TOO_MANY_ERRORS, "stopping")
            else:
                await self.more()

    async def _answer(self, line: bytes) -> None:
        verb, argument = command_line.split(line)
        self._count(verb)
        try:
            await self._command(verb, line)(self, argument)
        except CommandRefused as refused:
            await self._refuse(verb, refused.reply)
            if verb == "BDAT" and refused.reply in {replies.COMMAND_LINE_END, replies.COMMAND_TOO_LONG}:
                raise Ended(replies.OUT_OF_STEP, "disconnected") from refused
            if isinstance(refused, Unsupported):
                self._count_error()

    def _command(self, verb: str, line: bytes) -> Callable[["Session", str], Awaitable[None]]:
        """Give what answers this line. Raises CommandRefused when it is too long, ends in LF alone or is unknown."""
        if not line.endswith(b"\r\n"):
            raise CommandRefused(replies.COMMAND_LINE_END)
        if command_line.is_too_long(verb, line):
            raise CommandRefused(replies.COMMAND_TOO_LONG)
        command = self.commands.get(verb)
        if command is not None:
            return command
        if verb in _NOT_DONE:
            raise Unsupported(replies.COMMAND_NOT_IMPLEMENTED.about(command=verb))
        raise Unsupported(command_line.unrecognized(line))

    def _count(self, verb: str) -> None:
        if self._is_parting and verb in _NOT_ANY_MORE:
            raise Ended(replies.TOO_MANY_ERRORS, "stopping")
        self._answered += 1
        limits = self.state.limits
        if limits is not None and 0 < limits.max_commands < self._answered:
            raise Ended(replies.TOO_MANY_COMMANDS, "stopping")

    def _count_error(self) -> None:
        self._errors += 1
        limits = self.state.limits
        if limits is not None and 0 < limits.max_command_errors <= self._errors:
            self._is_parting = True
            self.stop_reading()

    async def _refuse(self, verb: str, reply: Reply) -> None:
        self.answer(reply)
        if verb in self.commands or verb in _NOT_DONE:
            known, told = verb, reply
        else:
            known, told = "", command_line.without_echo(reply)
        await self.insist(self.handler.command_refused(self.state, known, told), None)

    async def _answer_unwelcome(self, line: bytes) -> None:
        """After a refusing greeting only QUIT is answered (RFC 5321 3.1)."""
        if command_line.split(line)[0] == "QUIT":
            raise Ended(replies.BYE, "reset")
        self.answer(replies.ONLY_QUIT)
