"""What became of an effect: told to the trace and the metrics, and what of it must outlive the acknowledgement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from mailcore.db.dead_letters import DeadLetter
from mailcore.db.jobs import NewJob
from mailcore.db.trash import TrashEntry

Partings = Mapping[str, tuple[str, ...]]
"""What waits for the end of effects, by what they share (`maildecide.message.sharing.shared_mailbox`)."""
NO_PARTINGS: Partings = {}


@dataclass(frozen=True, slots=True)
class Offer:
    """A reply that is made only when its sender may have one."""

    account: str
    sender: str
    at: float
    """When the message that is answered was accepted, in seconds since the epoch."""
    interval: float
    """Seconds for which there is no other."""
    jobs: tuple[NewJob, ...]
    """What brings it."""


@dataclass(frozen=True, slots=True)
class SenderToken:
    """What stands for a sender in an address of ours."""

    token: str
    sender: str
    at: float
    """When the message was accepted, in seconds since the epoch."""


class Write(Protocol):
    """Something that is written down in the transaction before the acknowledgement, harmlessly when it is there."""

    async def __call__(self, connection: AsyncConnection, now: float) -> Sequence[NewJob]:
        """Write it; give the jobs that come of it, to be inserted in the same transaction."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one effect."""

    result: str
    """For the recipient: delivered, deferred, dead (`mailcore.events`)."""
    event: str
    """What happened: stored, stored_already, postponed, dead_letter (`mailcore.events`)."""
    detail: Mapping[str, str] = field(default_factory=dict)
    """What else an operator wants to know."""
    jobs: tuple[NewJob, ...] = ()
    """To be inserted before the acknowledgement."""
    letters: tuple[DeadLetter, ...] = ()
    """To be kept before the acknowledgement."""
    trashed: tuple[TrashEntry, ...] = ()
    """To be listed before the acknowledgement."""
    token: SenderToken | None = None
    """To be kept before the acknowledgement."""
    offer: Offer | None = None
    """To be made before the acknowledgement, if it may be."""
    writes: tuple[Write, ...] = ()
    """To be carried out before the acknowledgement, in this order."""
