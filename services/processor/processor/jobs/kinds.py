"""What a kind of job must be able to do."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from mailcore.db.jobs import Job, NewJob
from mailcore.trace import Trace


@dataclass(frozen=True, slots=True)
class Ended:
    """What was waited for and has come to its end (`mailcore.db.partings`)."""

    partings: tuple[str, ...]
    target: str
    """Whom the job was for."""
    is_taken: bool


@dataclass(frozen=True, slots=True)
class Followed:
    """A job that is done, and others come of it: they take its place in the transaction that removes it."""

    trace: Trace
    jobs: tuple[NewJob, ...]
    ended: Ended | None = None


@dataclass(frozen=True, slots=True)
class Postponed:
    """A job that is to be tried again later, and others come of it, or it has something to remember."""

    why: str
    jobs: tuple[NewJob, ...] = ()
    """Inserted in the transaction that lets go of it."""
    payload: bytes | None = None
    """What it carries from now on; None: what it did."""


Work = Callable[[Job], Awaitable[Trace | Followed | Postponed | None]]
"""Does the job, harmlessly when it has been done before, and gives what the trace is to say of it.

Gives None when it has ended the job itself, in whatever way.

Raises Transient when it is to be tried again later, Permanent when trying again is of no use.
"""

Kinds = Mapping[str, Work]
"""Work by kind. Jobs of other kinds are left to workers that know them."""


class Claim(Protocol):
    """Which jobs may run now."""

    async def __call__(
        self,
        conn: AsyncConnection,
        *,
        kinds: Collection[str],
        owner: str,
        now: float,
        lease_until: float,
        limit: int,
    ) -> list[Job]:
        """Lease at most `limit` jobs of these kinds to `owner`."""
