"""What the trace of a post says once a moderator has decided on it, whoever asks, and however."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from mailcore import events
from mailcore.list_deeds import Verdict
from mailcore.trace import Trace, TraceEvent, TraceRecipient

_OUTCOMES: Mapping[Verdict, str] = {
    "approve": events.QUEUED,
    "reject": events.FAILED,
    "discard": events.DISCARDED,
}


@dataclass(frozen=True, slots=True)
class Decided:
    """A post that waits no more."""

    message_id: UUID
    """The message, as its trace calls it."""
    held: str
    """The post, as it was called while it waited."""
    list: str
    """The list's address."""
    verdict: Verdict
    by: str
    """Who, as the audit log has it."""
    at: float
    """Seconds since the epoch."""
    reason: str = ""
    """What its poster is told."""

    def trace(self, service: str, settings_revision: int = 0) -> Trace:
        """Give what is to be recorded once the decision is durable."""
        detail = {"list": self.list, "held": self.held, "verdict": self.verdict, "by": self.by}
        if self.reason:
            detail["reason"] = self.reason
        outcome = _OUTCOMES[self.verdict]
        return Trace(
            message_id=self.message_id,
            service=service,
            at=self.at,
            outcome=outcome,
            settings_revision=settings_revision,
            recipients=(TraceRecipient(self.list, outcome),),
            events=(TraceEvent(self.at, "list", events.LIST_DECIDED, decided_by="moderator", detail=detail),),
        )
