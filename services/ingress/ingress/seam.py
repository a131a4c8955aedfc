"""Where the SMTP protocol ends and policy begins.

`session` speaks the protocol and knows no policy; `handler` gathers facts, has `maildecide` judge them and says what
to answer. They meet only in the types of this file.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, Protocol

from mailcore.reentry import Reentry
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
    """RCPTMAX in EHLO (RFC 9422); 0: not announced."""
    max_commands: int = 0
    """Commands one connection may give before 421 4.7.0; 0: any number."""
    max_messages: int = 0
    """Transactions one connection may begin (MAILMAX of RFC 9422) before 421 4.7.0; 0: any number."""
    min_data_rate: int = 0
    """Octets per second a message must come with, judged from its 60th second on, before 421 4.4.2; 0: any."""
    auth_without_tls: bool = False
    """Whether AUTH is offered in the clear too."""


@dataclass(frozen=True, slots=True)
class MessageLimits:
    """What holds for the octets of one message; the session refuses what passes it, after the end of data."""

    size: int
    """Most octets, as RFC 1870 5 counts them; one more gets 552 5.3.4."""
    line_length: int = 65_536
    """Most octets in a text line, CRLF included; a longer one gets 500 5.5.2."""
    header_size: int = 262_144
    """Most octets in the header section; a larger one gets 552 5.3.4."""
    bare_line_ends: Literal["refuse", "normalise"] = "refuse"
    """A CR or LF that stands alone: 550 5.5.2, or made CRLF. Neither way does one ever end a message."""


Interruption = Literal["disconnected", "timeout", "stopping", "reset"]
"""Why a message ended early: `timeout` is row 23 or 26 or too slow a client, `stopping` this service's own end, and
`reset` a client that gave up after a BDAT chunk by a command of its own (RSET, EHLO, QUIT ...)."""


@dataclass(slots=True)
class SessionState:
    """What the session knows of its client; the handler reads it, and keeps what it gathered in `memory`.

    What the handler sets: `limits` in `connect`, `account` in `authenticate`, `message_limits` in `mail` or `data`,
    `challenge` in `connect` or `recognise`, `reentry` in `reenter`.
    The session sets the rest.
    """

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
    """The account it authenticated as; forgotten at STARTTLS with all else that came in the clear (RFC 3207 4.2)."""
    talked_early: bool = False
    """Whether octets have come before the greeting; `connect` may wait, look, and answer TALKED_EARLY."""
    challenge: str | None = None
    """What this system's own processors seal for, once the client has shown itself to be one; forgotten at STARTTLS."""
    reentry: Reentry | None = None
    """What the next transaction is, where one of them has said so."""
    first_line: Callable[[], bytes | None] = lambda: None
    """Gives the first line that came and was not answered yet; None until there is one."""
    message_limits: MessageLimits | None = None
    """What holds for this transaction's message. None, as it is when MAIL begins: the size announced, else defaults."""
    memory: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MailCommand:
    """MAIL FROM, parsed."""

    path: str
    """The reverse-path without brackets and source route; empty for the null sender."""
    size: int | None = None
    """SIZE= (RFC 1870), in octets."""
    body: str = "7BIT"
    """BODY= (RFC 6152): 7BIT or 8BITMIME."""
    smtputf8: bool = False
    ret: str | None = None
    """RET= (RFC 3461 4.3): FULL or HDRS."""
    envid: str | None = None
    """ENVID= (RFC 3461 4.4) as given, undecoded xtext."""
    auth: str | None = None
    """AUTH= (RFC 4954 5), undecoded xtext; `<>` when the client does not know."""


@dataclass(frozen=True, slots=True)
class RcptCommand:
    """RCPT TO, parsed."""

    path: str
    """The forward-path without brackets and source route; `postmaster` may stand alone."""
    notify: frozenset[str] = frozenset()
    """NOTIFY= (RFC 3461 4.1): NEVER alone, or some of SUCCESS, FAILURE, DELAY; empty when not given."""
    original: str | None = None
    """ORCPT= (RFC 3461 4.2) as given: `addr-type;xtext`, undecoded."""


class MessageSink(Protocol):
    """Takes the octets of one message as they come: dot-stuffing removed, every line ended by CRLF, the last one too.

    The octets are within `MessageLimits`; a refused message is not written on.
    """

    async def write(self, octets: bytes) -> None:
        """Take the next octets, never none. Never raises: a store that fails is remembered and answered at the end."""


class Handler(Protocol):
    """Policy, asked by the session at each point of the dialogue.

    Replies of 2xx and 3xx let the session go on; after any reply with 421 the session closes the connection. One call
    is under way at a time. An exception is logged by the session and answered 451 4.3.0 (at `connect` 421). When the
    client vanishes or its time is up, `connect`, `helo`, `authenticate`, `mail` and `rcpt` are cancelled; the others
    never are.
    """

    def admit(self, state: SessionState) -> Reply | None:
        """Say whether there is room for the connection: None is yes.

        Asked before anything costs time, TLS too: where TLS comes first a refusal closes without a word.
        """

    async def connect(self, state: SessionState) -> Reply | None:
        """Set `state.limits` and give the greeting; None closes without a word.

        421 and TALKED_EARLY are said and the connection closed; after any other refusal only QUIT is answered, for 30 s
        at most. May wait (greet pause) and look at `state.talked_early` afterwards.
        """

    async def helo(self, state: SessionState) -> Reply | None:
        """Judge HELO or EHLO (`state.helo`, `state.is_esmtp`); None accepts. A refusal leaves all as it was before."""

    async def authenticate(self, state: SessionState, name: str, password: str) -> Reply:
        """Judge a login and set `state.account` when it is right."""

    def recognise(self, state: SessionState, shown: str) -> str | None:
        """Set `state.challenge`, and give it, where the client shows a pass of this system's own; None otherwise."""

    def reenter(self, state: SessionState, sealed: str) -> bool:
        """Set `state.reentry` where the next transaction was sealed for this session; say whether it was."""

    async def mail(self, state: SessionState, command: MailCommand) -> Reply:
        """Begin a transaction, or say why not. May set `state.message_limits`."""

    async def rcpt(self, state: SessionState, command: RcptCommand) -> Reply:
        """Add a recipient, or say why not."""

    async def data(self, state: SessionState) -> MessageSink | Reply:
        """Give the sink for the message's octets, or say why there is none.

        Called once per message, at DATA or the first BDAT, when at least one recipient was accepted. After a Reply the
        transaction is over.
        """

    async def message(self, state: SessionState, sink: MessageSink) -> Reply:
        """Judge and hand over what `sink` took. 250 means durable. The transaction is over.

        Never cancelled, also when the client has vanished meanwhile.
        """

    async def refuse_message(self, state: SessionState, sink: MessageSink, reply: Reply) -> None:
        """Hear that the session itself refused the message (too big, bare line ends); the transaction is over.

        Also when its client then vanished before its end.
        """

    async def reset(self, state: SessionState) -> None:
        """Forget the transaction (RSET, HELO, STARTTLS). No message was under way; MAIL had been accepted."""

    async def abort(self, state: SessionState, sink: MessageSink, why: Interruption) -> None:
        """Hear that the message will not be completed (row 5 keeps it, unless `reset`); the transaction is over."""

    async def command_refused(self, state: SessionState, verb: str, reply: Reply) -> None:
        """Hear that the session answered a command with an error of its own.

        `verb` is empty when it is none that SMTP knows: what was said instead may be a secret. `reply` does not show it
        then, though the client's own does.
        """

    async def closed(self, state: SessionState) -> None:
        """Hear that the connection has ended, however it did. Called exactly once when `admit` let it in.

        An open transaction without a message under way ends with it.
        """
