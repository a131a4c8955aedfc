"""The kind `local`: a copy that its mailbox could not take when the message was processed."""

from collections.abc import Callable

from mailcore.db.jobs import Job
from mailcore.metrics import Metrics
from mailcore.trace import Trace, TraceEvent, TraceRecipient
from maildecide.message.actions import StoreLocal
from processor import report
from processor.effects import store_local
from processor.effects.outcome import Outcome
from processor.local_copy import LocalCopy, decode
from processor.mailboxes import Mailboxes


class LocalWork:
    """Stores the copies of `local` jobs."""

    def __init__(self, mailboxes: Mailboxes, metrics: Metrics, clock: Callable[[], float]) -> None:
        self._mailboxes = mailboxes
        self._metrics = metrics
        self._clock = clock

    async def __call__(self, job: Job) -> Trace:
        """Store the copy. Raises MailboxAway, ContentAway, ContentMissing, Malformed."""
        copy = decode(job.payload)
        is_new = await self._mailboxes.store(copy, look_twice=lambda: True)
        outcome = store_local.stored(copy, is_new=is_new)
        report.count_outcome(self._metrics, StoreLocal.name, outcome)
        return _trace(copy, outcome, self._clock())


def _trace(copy: LocalCopy, outcome: Outcome, now: float) -> Trace:
    return Trace(
        message_id=copy.message_id,
        service=report.SERVICE,
        at=now,
        outcome=outcome.result,
        settings_revision=copy.settings_revision,
        sender=copy.sender,
        recipients=(TraceRecipient(copy.recipient, outcome.result),),
        events=(
            TraceEvent(
                now,
                "delivery",
                outcome.event,
                decided_by=StoreLocal.name,
                recipient=copy.recipient,
                detail=dict(outcome.detail),
            ),
        ),
    )
