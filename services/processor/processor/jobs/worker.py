"""Works on jobs that are due: claims them in batches, runs them by kind, ends each by id and attempt.

It looks for due rows, expired leases and rows whose hint was lost every few seconds; a hint only makes it look sooner.
Several workers may run at once.
"""

import asyncio
from collections.abc import Callable, Collection

import structlog

from mailcore.db import jobs
from mailcore.db.database import Database
from mailcore.db.jobs import Job
from mailcore.errors import DatabaseAway, Permanent, Transient
from mailcore.log import message_bound
from processor.jobs.ends import JobEnds
from processor.jobs.kinds import Claim, Followed, Kinds, Postponed
from processor.jobs.leases import Leases

LOOK_SECONDS = 3.0
_BATCH = 50
_NAMING_SECONDS = 60.0
"""How often it looks whether there are due jobs that are not for it."""

log = structlog.get_logger(__name__)


class JobWorker:
    """Runs jobs of the kinds it knows, at most `most` at once."""

    def __init__(
        self,
        database: Database,
        kinds: Kinds,
        ends: JobEnds,
        leases: Leases,
        *,
        most: int,
        clock: Callable[[], float],
        claim: Claim = jobs.claim,
        elsewhere: Collection[str] = (),
    ) -> None:
        """`elsewhere`: the kinds that other workers of this process run."""
        self._database = database
        self._kinds = kinds
        self._claim = claim
        self._elsewhere = frozenset(elsewhere)
        self._ends = ends
        self._leases = leases
        self._most = most
        self._clock = clock
        self._look_now = asyncio.Event()
        self._is_paused = False
        self._is_stopping = False
        self._tasks: list[asyncio.Task[None]] = []
        self._unknown: set[str] = set()
        self._next_naming = 0.0

    def start(self) -> None:
        """Begin to look for jobs."""
        self._is_stopping = False
        self._tasks = [asyncio.create_task(self._look()), asyncio.create_task(self._renew())]

    async def stop(self, grace: float) -> None:
        """Take no more jobs and wait up to `grace` seconds for those in hand; the leases of the rest expire."""
        looking, renewing = self._tasks
        ends_at = asyncio.get_running_loop().time() + grace
        # What is being claimed at this moment would wait for its lease to expire if nobody took it in hand.
        self._is_stopping = True
        self._look_now.set()
        await asyncio.wait({looking}, timeout=grace)
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)
        await self._leases.settle(max(0.0, ends_at - asyncio.get_running_loop().time()))
        renewing.cancel()
        await asyncio.gather(renewing, return_exceptions=True)

    async def pause(self) -> None:
        """Take no more jobs; those in hand go on."""
        self._is_paused = True

    async def resume(self) -> None:
        """Take jobs again, at once."""
        self._is_paused = False
        self._look_now.set()

    def look(self) -> None:
        """Look for jobs at once: one is due."""
        self._look_now.set()

    async def _look(self) -> None:
        while not self._is_stopping:
            self._look_now.clear()
            try:
                took_all = await self._take_due()
            except DatabaseAway as error:
                log.warning("jobs cannot be read", reason=str(error))
                took_all = True
            except Exception:
                # A boundary: the worker must go on looking whatever one look met.
                log.exception("looking for jobs failed")
                took_all = True
            if took_all:
                try:
                    async with asyncio.timeout(LOOK_SECONDS):
                        await self._look_now.wait()
                except TimeoutError:
                    continue

    async def _take_due(self) -> bool:
        """Claim and begin what is due; say whether that was all there is, or all there is room for."""
        room = min(self._most - len(self._leases), _BATCH)
        if room <= 0 or self._is_paused:
            return True
        until = self._leases.until()
        async with self._database.transaction() as conn:
            claimed = await self._claim(
                conn,
                kinds=self._kinds,
                owner=self._leases.owner,
                now=self._clock(),
                lease_until=until,
                limit=room,
            )
        for job in claimed:
            work = asyncio.create_task(self._work(job))
            self._leases.hold(job, work, until)
            work.add_done_callback(lambda _: self._look_now.set())
        await self._name_unknown_kinds()
        return len(claimed) < room

    async def _name_unknown_kinds(self) -> None:
        now = asyncio.get_running_loop().time()
        if now < self._next_naming:
            return
        self._next_naming = now + _NAMING_SECONDS
        async with self._database.read() as conn:
            due = await jobs.kinds_due(conn, self._clock())
        for kind in sorted(due.keys() - self._kinds.keys() - self._elsewhere - self._unknown):
            log.info("jobs of this kind are left to other workers", kind=kind, due=due[kind])
            self._unknown.add(kind)

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(self._leases.renew_every)
            try:
                await self._leases.renew()
            except Exception:
                # A boundary: leases that nobody renews any more would be lost one after the other.
                log.exception("renewing leases failed")

    async def _work(self, job: Job) -> None:
        with message_bound(job.message_id):
            try:
                done = await self._kinds[job.kind](job)
            except Transient as error:
                await self._ends.fail(job, str(error))
            except Permanent as error:
                await self._ends.put_on_hold(job, str(error))
            except Exception as error:
                # A boundary: one job's trouble must not end the worker, nor the job.
                log.exception("a job failed", job=job.id, kind=job.kind)
                await self._ends.fail(job, f"{type(error).__name__}: {error}")
            else:
                if isinstance(done, Followed):
                    await self._ends.finish(job, done.trace, done.jobs, done.ended)
                elif isinstance(done, Postponed):
                    await self._ends.fail(job, done.why, done.jobs, done.payload)
                elif done is not None:
                    await self._ends.finish(job, done)
