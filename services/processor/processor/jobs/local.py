"""The kind `local`: a copy that its mailbox could not take when the message was processed."""

from collections.abc import Callable

import msgspec

from mailcore.db.jobs import Job, NewJob
from mailcore.metrics import Metrics
from mailcore.settings import DeliverySettings
from mailcore.trace import Trace, TraceEvent, TraceRecipient
from maildecide.message.actions import StoreLocal
from processor import report
from processor.effects import late, store_local
from processor.effects.given_up import given_up
from processor.effects.outcome import Outcome
from processor.jobs.kinds import Ended, Followed, Postponed
from processor.local_copy import LocalCopy, decode, encode
from processor.mail_stores import MailStores
from processor.mailbox_errors import MailboxAway, MailboxFull, MailboxRefused, MailboxUnsure
from processor.outbound.schedule import gives_up_at, is_delay_due


class LocalWork:
    """Stores the copies of `local` jobs."""

    def __init__(
        self,
        stores: MailStores,
        metrics: Metrics,
        clock: Callable[[], float],
        settings: Callable[[], DeliverySettings],
    ) -> None:
        """Take what says when a sender is told of a late copy, and when its mailbox is waited for no more."""
        self._settings = settings
        self._stores = stores
        self._metrics = metrics
        self._clock = clock

    async def __call__(self, job: Job) -> Trace | Followed | Postponed:
        """Store the copy, or have its sender told that it cannot be stored, or not yet.

        Raises MailboxRefused where nobody is to be told, ContentAway, ContentMissing, Malformed.
        """
        copy = decode(job.payload)
        is_taken = False
        try:
            event = await self._stores.store(copy, look_twice=lambda: True)
        except MailboxRefused as error:
            outcome = _given_up(copy, error, self._clock())
        except MailboxAway as error:
            now, until = self._clock(), self._given_up_at(copy)
            if until is None or now < until:
                return self._postponed(copy, error, until, now)
            outcome = _given_up(copy, _expired(error), now)
        else:
            is_taken, outcome = True, store_local.stored(copy, event)
        report.count_outcome(self._metrics, StoreLocal.name, outcome)
        ended = Ended(copy.partings, copy.mailbox, is_taken) if copy.partings else None
        return Followed(_trace(copy, outcome, self._clock()), outcome.jobs, ended)

    def _given_up_at(self, copy: LocalCopy) -> float | None:
        """Give when the copy will be given up; None: never, nobody else has what is for mailboxes of the server."""
        return gives_up_at(copy.accepted_at, self._settings()) if copy.owner else None

    def _postponed(self, copy: LocalCopy, error: MailboxAway, until: float | None, now: float) -> Postponed:
        """Try again later, and remember: the next success may be its second, and the sender is told of a delay once."""
        told: tuple[NewJob, ...] = ()
        kept = msgspec.structs.replace(copy, is_unsure=copy.is_unsure or isinstance(error, MailboxUnsure))
        if not copy.is_told_of_delay and is_delay_due(copy.accepted_at, self._settings(), now):
            told = late.of_copy(copy, str(error), error.status, retry_until=until, now=now)
            kept = msgspec.structs.replace(kept, is_told_of_delay=bool(told))
        return Postponed(str(error), told, None if kept == copy else encode(kept))


def _expired(error: MailboxAway) -> MailboxRefused:
    """Give what waiting has come to: 5.4.7 (RFC 3463 3.5), as of other servers; 5.2.2 of a full mailbox."""
    if isinstance(error, MailboxFull):
        return MailboxRefused(str(error), "5.2.2")
    return MailboxRefused(f"the message could not be delivered in time; the last try: {error}", "5.4.7")


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
