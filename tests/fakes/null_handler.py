"""A handler that accepts everything and keeps nothing."""

from ingress.seam import (
    Interruption,
    MailCommand,
    MessageSink,
    RcptCommand,
    SessionLimits,
    SessionState,
)
from mailcore import replies
from mailcore.replies import Reply

LIMITS = SessionLimits(
    hostname="mx.example.com",
    idle_timeout=300,
    session_timeout=None,
    max_command_errors=10,
    announced_size=52_428_800,
    announced_recipients=100,
)
_GREETING = replies.GREETING.about(hostname="mx.example.com")
_ACCEPTED = replies.MESSAGE_ACCEPTED.about(message_id="00000000-0000-7000-8000-000000000000")


class NullSink:
    """Counts the octets it lets fall."""

    def __init__(self) -> None:
        self.size = 0

    async def write(self, octets: bytes) -> None:
        """Count the octets."""
        self.size += len(octets)


class NullHandler:
    """Says yes."""

    def admit(self, state: SessionState) -> Reply | None:
        """Have room for everybody."""

    async def connect(self, state: SessionState) -> Reply | None:
        """Welcome everybody."""
        state.limits = LIMITS
        return _GREETING

    async def helo(self, state: SessionState) -> Reply | None:
        """Accept any name."""

    async def authenticate(self, state: SessionState, name: str, password: str) -> Reply:
        """Believe every password."""
        state.account = name
        return replies.AUTH_OK

    def recognise(self, state: SessionState, shown: str) -> str | None:
        """Recognise nobody."""

    def reenter(self, state: SessionState, sealed: str) -> bool:
        """Take nothing."""
        return False

    async def mail(self, state: SessionState, command: MailCommand) -> Reply:
        """Accept any sender."""
        return replies.SENDER_OK

    async def rcpt(self, state: SessionState, command: RcptCommand) -> Reply:
        """Accept any recipient."""
        return replies.RECIPIENT_OK

    async def data(self, state: SessionState) -> MessageSink | Reply:
        """Take any message."""
        return NullSink()

    async def message(self, state: SessionState, sink: MessageSink) -> Reply:
        """Claim to have handed it over."""
        return _ACCEPTED

    async def refuse_message(self, state: SessionState, sink: MessageSink, reply: Reply) -> None:
        """Forget it."""

    async def reset(self, state: SessionState) -> None:
        """Forget it."""

    async def abort(self, state: SessionState, sink: MessageSink, why: Interruption) -> None:
        """Forget it."""

    async def command_refused(self, state: SessionState, verb: str, reply: Reply) -> None:
        """Forget it."""

    async def closed(self, state: SessionState) -> None:
        """Forget it."""
