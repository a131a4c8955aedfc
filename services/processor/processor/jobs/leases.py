"""The jobs that a worker has in hand, and the leases under which it has them.

Leases are renewed long before they expire. A job whose lease is lost is dropped at once: somebody else may have it.
"""

import asyncio
from collections.abc import Callable
from uuid import uuid4

import structlog

from mailcore.db import jobs
from mailcore.db.database import Database
from mailcore.db.jobs import Job
from mailcore.errors import DatabaseAway

LEASE_SECONDS = 60.0
RENEW_SECONDS = 15.0

log = structlog.get_logger(__name__)


class Leases:
    """Jobs in hand, by id, each with the task that works on it."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], float],
        *,
        seconds: float = LEASE_SECONDS,
        renew_every: float = RENEW_SECONDS,
    ) -> None:
        self.owner = uuid4().hex
        """Tells this worker's leases from all others, those of its own past lives included."""
        self._database = database
        self._clock = clock
        self._seconds = seconds
        self.renew_every = renew_every
        """Seconds after which `renew` is to be called again."""
        self._held: dict[str, asyncio.Task[None]] = {}
        self._safe_until: dict[str, float] = {}
        self._message_of: dict[str, str] = {}

    def __len__(self) -> int:
        return len(self._held)

    def until(self) -> float:
        """Give until when a lease taken now holds."""
        return self._clock() + self._seconds

    def hold(self, job: Job, work: asyncio.Task[None], until: float) -> None:
        """Keep the lease of `job`, which holds `until`, for as long as `work` runs.

        Earlier work on it is dropped: its lease expired, or the job could not have been claimed again.
        """
        former = self._held.get(job.id)
        if former is not None:
            log.warning("lease lost to a later attempt of our own", job=job.id, message_id=job.message_id)
            former.cancel()
        self._held[job.id] = work
        self._safe_until[job.id] = until
        self._message_of[job.id] = job.message_id
        work.add_done_callback(lambda done: self._let_go(job.id, done))

    def is_safe(self, job_id: str) -> bool:
        """Whether nobody else can have the job: its lease holds, even if this process has stood still for a while."""
        return self._safe_until.get(job_id, 0.0) > self._clock()

    async def renew(self) -> None:
        """Extend all leases and drop what they were lost for, or could not be extended for in time."""
        ids = list(self._held)
        if not ids:
            return
        until = self.until()
        try:
            async with self._database.transaction() as conn:
                ours = await jobs.renew(conn, ids, owner=self.owner, lease_until=until)
        except DatabaseAway as error:
            log.warning("leases could not be renewed", reason=str(error))
            ours = set()
            lost = [job_id for job_id in ids if self._safe_until.get(job_id, until) <= self._clock()]
        else:
            lost = [job_id for job_id in ids if job_id not in ours]
        for job_id in ours & self._held.keys():
            self._safe_until[job_id] = until
        for job_id in lost:
            if work := self._held.get(job_id):
                log.warning("lease lost", job=job_id, message_id=self._message_of[job_id])
                work.cancel()

    async def settle(self, grace: float) -> None:
        """Wait up to `grace` seconds for what is in hand, then drop the rest: its leases expire."""
        if self._held:
            await asyncio.wait(self._held.values(), timeout=grace)
        rest = list(self._held.values())
        for work in rest:
            work.cancel()
        await asyncio.gather(*rest, return_exceptions=True)

    def _let_go(self, job_id: str, work: asyncio.Task[None]) -> None:
        if self._held.get(job_id) is work:
            del self._held[job_id], self._safe_until[job_id], self._message_of[job_id]
