"""Where the SMTP protocol ends and policy begins.

`session` speaks the protocol and knows no policy; `handler` gathers facts, has `maildecide` judge them and says what
to answer. They meet only in the types of this file.
"""

from dataclasses import dataclass, field
from typing import Protocol

from mailcore.replies import Reply


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """What holds for one connection, read when it begins."""

    hostname: str
    idle_timeout: float
    """Seconds without data from the client (row 26)."""
    session_timeout: float | None
    """Seconds the connection may last in all (row 23); None: no limit."""
    max_command_errors: int
    """Row 14; 0: never."""
    announced_size: int
    """SIZE in EHLO (row 17)."""
    announced_recipients: int
    """RCPTMAX in EHLO (RFC 9422)."""


@dataclass(slots=True)
class SessionState:
    """What the session knows of its client; the handler reads it, and keeps what it gathered in `memory`."""

    peer_ip: str
    peer_port: int
    listener: str
    """`smtp`, `submission` or `submissions`."""
    limits: SessionLimits | None = None
    helo: str = ""
    is_esmtp: bool = False
    tls: str | None = None
    """Version and cipher once TLS is on."""
    account: str | None = None
    """The account it authenticated as."""
    memory: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MailCommand:
    """MAIL FROM, parsed."""

    path: str
    """The reverse-path without brackets and source route; empty for the null sender."""
    size: int | None = None
    body: str = "7BIT"
    smtputf8: bool = False
    ret: str | None = None
    envid: str | None = None
    auth: str | None = None
    """AUTH= (RFC 4954 5), undecoded."""


@dataclass(frozen=True, slots=True)
class RcptCommand:
    """RCPT TO, parsed."""

    path: str
    """The forward-path without brackets and source route; `postmaster` may stand alone."""
    notify: frozenset[str] = frozenset()
    original: str | None = None


class MessageSink(Protocol):
    """Takes the octets of one message as they come, dot-stuffing removed, lines ended by CRLF."""

    async def write(self, octets: bytes) -> None:
        """Take the next octets. Never raises: a store that fails is remembered and answered at the end."""


class Handler(Protocol):
    """Policy, asked by the session at each point of the dialogue. Replies of 2xx and 3xx let the session go on."""

    async def connect(self, state: SessionState) -> Reply | None:
        """Set `state.limits` and give the greeting; None closes without a word."""

    async def helo(self, state: SessionState) -> Reply | None:
        """Judge HELO or EHLO (`state.helo`); None accepts."""

    async def authenticate(self, state: SessionState, name: str, password: str) -> Reply:
        """Judge a login and set `state.account` when it is right."""

    async def mail(self, state: SessionState, command: MailCommand) -> Reply:
        """Begin a transaction, or say why not."""

    async def rcpt(self, state: SessionState, command: RcptCommand) -> Reply:
        """Add a recipient, or say why not."""

    async def data(self, state: SessionState) -> MessageSink | Reply:
        """Give the sink for the message's octets, or say why there is none. Called once per message."""

    async def message(self, state: SessionState, sink: MessageSink) -> Reply:
        """Judge and hand over what `sink` took. 250 means durable."""

    async def refuse_message(self, state: SessionState, sink: MessageSink, reply: Reply) -> None:
        """Hear that the session itself refused the message (too big, bare line ends); the transaction is over."""

    async def reset(self, state: SessionState) -> None:
        """Forget the transaction (RSET, HELO, STARTTLS). No message was under way."""

    async def abort(self, state: SessionState, sink: MessageSink, why: str) -> None:
        """Hear that the client went away or timed out inside the message (row 5)."""

    async def command_refused(self, state: SessionState, verb: str, reply: Reply) -> None:
        """Hear that the session answered a command with an error of its own."""

    async def closed(self, state: SessionState) -> None:
        """Hear that the connection has ended, however it did."""
