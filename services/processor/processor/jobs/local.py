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
from processor.jobs.kinds import Ended, Followed
from processor.jobs.retry import delay_after
from processor.local_copy import LocalCopy, decode
from processor.mail_stores import MailStores
from processor.mailbox_errors import MailboxFull, MailboxRefused, MailboxUnsure


class LocalWork:
    """Stores the copies of `local` jobs."""

    def __init__(
        self, stores: MailStores, metrics: Metrics, clock: Callable[[], float], lifetime: Callable[[], float]
    ) -> None:
        """`lifetime` gives the seconds after which a message is given up that a full mailbox does not take."""
        self._lifetime = lifetime
        self._stores = stores
        self._metrics = metrics
        self._clock = clock

    async def __call__(self, job: Job) -> Trace | Followed:
        """Store the copy, or have its sender told that it cannot be stored.

        Raises MailboxAway, MailboxRefused where nobody is to be told, ContentAway, ContentMissing, Malformed.
        """
        copy = decode(job.payload)
        is_taken = False
        try:
            event = await self._stores.store(copy, look_twice=lambda: True)
        except MailboxRefused as error:
            outcome = _given_up(copy, error, self._clock())
        except MailboxFull as error:
            if self._clock() < copy.accepted_at + self._lifetime():
                raise
            outcome = _given_up(copy, MailboxRefused(str(error), "5.2.2"), self._clock())
        except MailboxUnsure as error:
            return self._again(copy, job, str(error))
        else:
            is_taken, outcome = True, store_local.stored(copy, event)
        report.count_outcome(self._metrics, StoreLocal.name, outcome)
        ended = Ended(copy.partings, copy.mailbox, is_taken) if copy.partings else None
        return Followed(_trace(copy, outcome, self._clock()), outcome.jobs, ended)

    def _again(self, copy: LocalCopy, job: Job, why: str) -> Followed:
        """Put the job in its own place, with what is to be remembered: its next success may be its second."""
        now = self._clock()
        unsure = msgspec.structs.replace(copy, is_unsure=True)
        again = store_local.local_job(unsure, not_before=now + delay_after(job.attempt), why=why)
        outcome = Outcome(events.DEFERRED, events.POSTPONED, {"reason": why})
        return Followed(_trace(copy, outcome, now), (msgspec.structs.replace(again, id=job.id),))


def _given_up(copy: LocalCopy, refused: MailboxRefused, now: float) -> Outcome:
    """Have the sender told. Raises the refusal where nobody is to be told: an operator has to know then."""
    outcome = given_up(copy, str(refused), refused.status, now)
    if outcome is None:
        raise refused
    return outcome


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
