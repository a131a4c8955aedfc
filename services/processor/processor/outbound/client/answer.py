"""What came of one step of the dialogue: the other server's reply, or why there was none."""

from dataclasses import dataclass
from typing import Literal

from mailcore.replies import Reply
from processor.outbound.tls.policy import FailureType

Stage = Literal["connect", "greeting", "hello", "tls", "auth", "mail", "rcpt", "data", "content", "final"]
"""`content`: inside the message; `final`: after its end was sent: it may have been taken without our knowing."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known of a recipient or a connection after a step."""

    stage: Stage
    reply: Reply | None = None
    """As the other server gave it; None when none came."""
    why: str = ""
    """What happened instead of a reply, or what in our own judgement stands in the way."""
    status: str = ""
    """The enhanced status (RFC 3463) of our own judgement; empty when it is the other server's or unknown."""

    @property
    def is_success(self) -> bool:
        """Whether the message was taken."""
        return self.stage == "final" and self.reply is not None and self.reply.code // 100 == 2  # noqa: PLR2004

    @property
    def is_unsure(self) -> bool:
        """Whether the message may have been taken without our knowing (RFC 1047)."""
        return self.stage == "final" and self.reply is None

    def __str__(self) -> str:
        return f"{self.stage}: {self.reply or self.why}"


class SessionFailed(Exception):  # noqa: N818 - reads as what happened
    """A connection came to nothing, or to an end, before any message was judged."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        super().__init__(str(answer))


class TlsFailed(SessionFailed):
    """STARTTLS was refused, the handshake failed, or the certificate is not what it has to be."""

    def __init__(self, answer: Answer, kind: FailureType = "validation-failure") -> None:
        self.kind: FailureType = kind
        """In the words of RFC 8460."""
        self.local_ip = ""
        """Where we connected from."""
        super().__init__(answer)
