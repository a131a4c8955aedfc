"""Our session with the constructor and the handler hooks of aiosmtpd's SMTP class, for aiosmtpd's own tests."""

import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd import smtp

from ingress.seam import (
    Interruption,
    MailCommand,
    MessageLimits,
    MessageSink,
    RcptCommand,
    SessionLimits,
    SessionState,
)
from ingress.session import Listener, LiveSessions, Session
from mailcore import replies
from mailcore.replies import Reply

_LIVE = LiveSessions()
_UNLIMITED = 2**53


@dataclass
class Collected:
    """The octets of one message."""

    octets: bytearray = field(default_factory=bytearray)

    async def write(self, octets: bytes) -> None:
        """Keep them."""
        self.octets += octets


class AdaptedSession(Session):
    """Takes what aiosmtpd's class takes, as far as its tests use it."""

    def __init__(
        self,
        handler: object,
        *,
        hostname: str = "localhost",
        tls_context: ssl.SSLContext | None = None,
        auth_require_tls: bool = True,
        proxy_protocol_timeout: float | None = None,
        loop: object = None,
        **options: Any,
    ) -> None:
        hooks = HookHandler(handler, hostname, options | {"auth_require_tls": auth_require_tls})
        offered = None if tls_context is None else lambda: tls_context
        super().__init__(hooks, Listener("smtp", tls=offered), _LIVE)
        self.event_handler = handler
        self.hostname = hostname
        self.hooks = hooks
        hooks.server = self

    def __init_subclass__(cls) -> None:
        """Have the commands that a test's own class overrides answered by it."""
        super().__init_subclass__()
        cls.commands = {verb: getattr(cls, f"smtp_{verb}") for verb in Session.commands}

    async def smtp_VRFY(self, arg: str) -> None:  # noqa: N802 - the base class names commands so
        """Let the handler look at the envelope, as some tests do here."""
        await self.hooks.ask("VRFY", arg)
        await super().smtp_VRFY(arg)


class HookHandler:
    """Asks the `handle_XXX` hooks of an aiosmtpd handler what the session asks."""

    server: AdaptedSession

    def __init__(self, hooks: object, hostname: str, options: dict[str, Any]) -> None:
        self._hooks = hooks
        self._hostname = hostname
        self._options = options
        self._session: Any = None
        self._envelope = smtp.Envelope()

    def admit(self, state: SessionState) -> Reply | None:
        """Have room for everybody."""

    async def connect(self, state: SessionState) -> Reply | None:
        """Welcome the client."""
        limit = self._options.get("data_size_limit", smtp.DATA_SIZE_DEFAULT)
        calls = self._options.get("command_call_limit")
        state.limits = SessionLimits(
            hostname=self._hostname,
            idle_timeout=self._options.get("timeout", 300),
            session_timeout=None,
            max_command_errors=smtp.BOGUS_LIMIT,
            announced_size=limit or _UNLIMITED,
            announced_recipients=0,
            max_commands=calls + 1 if isinstance(calls, int) else 0,
            auth_without_tls=not self._options["auth_require_tls"],
        )
        self._session = smtp.Session(self.server.loop)
        self._session.peer = (state.peer_ip, state.peer_port)
        return Reply(220, "", f"{self._hostname} {self._options.get('ident') or smtp.__ident__}")

    async def helo(self, state: SessionState) -> Reply | None:
        """Ask handle_HELO; handle_EHLO gives lines and refuses nothing."""
        self._envelope = smtp.Envelope()
        self._session.host_name, self._session.extended_smtp = state.helo, state.is_esmtp
        return None if state.is_esmtp else await self.ask("HELO", state.helo)

    async def authenticate(self, state: SessionState, name: str, password: str) -> Reply:
        """Ask the authenticator or the callback."""
        login = smtp.LoginPassword(name.encode(), password.encode())
        authenticator = self._options.get("authenticator")
        if authenticator is not None:
            result = authenticator(self.server, self._session, self._envelope, "PLAIN", login)
            if not result.success:
                return Reply.parse(result.message) if result.message else replies.AUTH_FAILED
            self._session.authenticated, self._session.auth_data = True, login
        elif not self._options.get("auth_callback", smtp.login_always_fail)("PLAIN", *login):
            return replies.AUTH_FAILED
        state.account = name
        return replies.AUTH_OK

    def recognise(self, state: SessionState, shown: str) -> str | None:
        """Recognise nobody."""

    def reenter(self, state: SessionState, sealed: str) -> bool:
        """Take nothing."""
        return False

    async def mail(self, state: SessionState, command: MailCommand) -> Reply:
        """Ask handle_MAIL, after the limits that aiosmtpd looks at itself."""
        assert state.limits is not None
        if self._options.get("auth_required") and state.account is None:
            return replies.AUTHENTICATION_REQUIRED
        if command.size is not None and command.size > state.limits.announced_size:
            return replies.MESSAGE_TOO_BIG.about(limit=state.limits.announced_size)
        state.message_limits = MessageLimits(
            size=state.limits.announced_size,
            line_length=smtp.SMTP.line_length_limit,
            header_size=_UNLIMITED,
            bare_line_ends="normalise",
        )
        reply = await self.ask("MAIL", command.path, [])
        self._envelope.mail_from = command.path
        self._envelope.smtp_utf8 = command.smtputf8
        return reply or replies.SENDER_OK

    async def rcpt(self, state: SessionState, command: RcptCommand) -> Reply:
        """Ask handle_RCPT."""
        reply = await self.ask("RCPT", command.path, [])
        if reply is None:
            self._envelope.rcpt_tos.append(command.path)
        return reply or replies.RECIPIENT_OK

    async def data(self, state: SessionState) -> MessageSink | Reply:
        """Collect the message."""
        return Collected()

    async def message(self, state: SessionState, sink: MessageSink) -> Reply:
        """Ask handle_DATA."""
        assert isinstance(sink, Collected)
        octets = bytes(sink.octets)
        self._envelope.original_content = octets
        self._envelope.content = octets.decode(errors="surrogateescape") if self._decodes else octets
        reply = await self.ask("DATA")
        self._envelope = smtp.Envelope()
        return reply or replies.MESSAGE_ACCEPTED.about(message_id="x")

    async def refuse_message(self, state: SessionState, sink: MessageSink, reply: Reply) -> None:
        """Forget the transaction."""
        self._envelope = smtp.Envelope()

    async def reset(self, state: SessionState) -> None:
        """Ask handle_RSET, whose reply is not used."""
        self._envelope = smtp.Envelope()
        await self.ask("RSET")

    async def abort(self, state: SessionState, sink: MessageSink, why: Interruption) -> None:
        """Forget the transaction."""

    async def command_refused(self, state: SessionState, verb: str, reply: Reply) -> None:
        """Do nothing: there is no hook for it."""

    async def closed(self, state: SessionState) -> None:
        """Do nothing: there is no hook for it."""

    @property
    def _decodes(self) -> bool:
        return bool(self._options.get("decode_data"))

    async def ask(self, name: str, *arguments: object) -> Reply | None:
        """Ask one hook, if the handler has it."""
        hook: Callable[..., Awaitable[str]] | None = getattr(self._hooks, f"handle_{name}", None)
        if hook is None:
            return None
        return Reply.parse(await hook(self.server, self._session, self._envelope, *arguments))


AdaptedSession.commands = {**Session.commands, "VRFY": AdaptedSession.smtp_VRFY}  # type: ignore[dict-item]
