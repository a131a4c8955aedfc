"""The kind `local`: a copy that its mailbox could not take when the message was processed."""

from collections.abc import Callable

import msgspec

from mailcore import events
from mailcore.db.jobs import Job
from mailcore.metrics import Metrics
from mailcore.trace import Trace, TraceEvent, TraceRecipient
from maildecide.message.actions import StoreLocal
from processor import report
from processor.effects import store_local
from processor.effects.given_up import given_up
from processor.effects.outcome import Outcome
from processor.jobs.kinds import Followed
from processor.jobs.retry import delay_after
from processor.local_copy import LocalCopy, decode
from processor.mail_stores import MailStores
from processor.mailbox_errors import MailboxRefused, MailboxUnsure


class LocalWork:
    """Stores the copies of `local` jobs."""

    def __init__(self, stores: MailStores, metrics: Metrics, clock: Callable[[], float]) -> None:
        self._stores = stores
        self._metrics = metrics
        self._clock = clock

    async def __call__(self, job: Job) -> Trace | Followed:
        """Store the copy, or have its sender told that it cannot be stored.

        Raises MailboxAway, MailboxRefused where nobody is to be told, ContentAway, ContentMissing, Malformed.
        """
        copy = decode(job.payload)
        try:
            event = await self._stores.store(copy, look_twice=lambda: True)
        except MailboxRefused as error:
            outcome = given_up(copy, str(error), error.status, self._clock())
            if outcome is None:
                raise
        except MailboxUnsure as error:
            return self._again(copy, job, str(error))
        else:
            outcome = store_local.stored(copy, event)
        report.count_outcome(self._metrics, StoreLocal.name, outcome)
        return Followed(_trace(copy, outcome, self._clock()), outcome.jobs)

    def _again(self, copy: LocalCopy, job: Job, why: str) -> Followed:
        """Put the job in its own place, with what is to be remembered: its next success may be its second."""
        now = self._clock()
        unsure = msgspec.structs.replace(copy, is_unsure=True)
        again = store_local.local_job(unsure, not_before=now + delay_after(job.attempt), why=why)
        outcome = Outcome(events.DEFERRED, events.POSTPONED, {"reason": why})
        return Followed(_trace(copy, outcome, now), (msgspec.structs.replace(again, id=job.id),))


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
