"""A message that an account forwarded and kept no copy of: what is to be done should nobody take it.

Whoever takes it at once decides that; otherwise it is a parting (`mailcore.db.partings`), which the jobs end that bring
the message to others.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from mailcore import events
from mailcore.db import partings
from mailcore.db.jobs import NewJob
from mailcore.db.partings import Parting
from mailcore.mail.incoming import Incoming
from maildecide.message.actions import Effect, Reenter, SendRemote, StoreLocal, TakeBack, Undeliverable
from maildecide.message.mail import Mail
from maildecide.message.plan import Plan
from maildecide.message.sharing import shared_mailbox
from processor.effects import undeliverable
from processor.effects.outcome import Outcome, Partings, Write
from processor.effects.store_local import local_job
from processor.local_copy import local_copy

NOT_YET = Outcome(events.DISCARDED, events.PARTED)
"""What is said of it when the message is processed: it says nothing of the recipient."""


def partings_of(plans: Sequence[Plan]) -> Partings:
    """Give the partings of the effects in `plans`: an effect that several plans share ends those of all of them."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for plan in plans:
        for planned in (*plan.effects, *plan.shared):
            parting, key = parting_of(planned.effect), shared_mailbox(planned.effect)
            if parting and key is not None:
                found[key][parting] = None
    return {key: tuple(ids) for key, ids in found.items()}


def parting_of(effect: Effect) -> str:
    """Give what waits for the end of an effect; empty: nothing does."""
    return effect.parting if isinstance(effect, StoreLocal | SendRemote | Reenter) else ""


@dataclass(frozen=True, slots=True)
class Way:
    """One of the ways on which a message was sent, and what became of it so far."""

    effect: Effect
    outcome: Outcome

    @property
    def ticket(self) -> str:
        """Who is waited for there."""
        target = self.effect.mailbox if isinstance(self.effect, StoreLocal) else getattr(self.effect, "recipient", "")
        return partings.ticket(self.outcome.detail.get("job", ""), target)


@dataclass(frozen=True, slots=True)
class Parted:
    """A message that an account has sent on, as it was there."""

    incoming: Incoming
    effect: TakeBack
    mail: Mail
    place: int
    """That of the recipient in the envelope."""
    settings_revision: int

    def begun(self, ways: Sequence[Way], now: float) -> Iterator[Write]:
        """Give what is to be written down, before the acknowledgement, of a message sent on these ways."""
        if any(way.outcome.result == events.DELIVERED for way in ways):
            return
        waiting = [way.ticket for way in ways if way.outcome.result in {events.QUEUED, events.DEFERRED}]
        yield _Begun(Parting(self.effect.parting, tuple(self._due(now))), tuple(waiting))

    def _due(self, now: float) -> Iterator[NewJob]:
        """Give what is to be done should nobody take it."""
        copy = local_copy(self.effect.copy, self.mail, self.settings_revision, self.place)
        yield local_job(copy, not_before=now)
        if self.effect.reason:
            told = Undeliverable(self.effect.copy.recipient, self.effect.reason)
            yield from undeliverable.carry_out(
                self.incoming, told, self.mail, self.place, settings_revision=self.settings_revision, now=now
            ).jobs


@dataclass(frozen=True, slots=True)
class _Begun:
    parting: Parting
    waiting: tuple[str, ...]

    async def __call__(self, connection: AsyncConnection, now: float) -> Sequence[NewJob]:
        """Begin to wait; where all have refused it already, give what is due."""
        if not self.waiting:
            return self.parting.jobs
        await partings.put(connection, self.parting, self.waiting, now)
        return ()
