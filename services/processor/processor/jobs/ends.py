"""How the work on a job ends: done, to be tried again, or put on hold for an operator.

Each end holds only if the lease is still ours. When the database is away the job stays as it is: its lease expires
and it is done again, which is harmless.
"""

from collections.abc import Callable, Sequence
from uuid import UUID

import msgspec
import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from mailcore import events
from mailcore.db import content_refs, jobs, partings
from mailcore.db.database import Database
from mailcore.db.jobs import Job, NewJob
from mailcore.errors import ContentAway, DatabaseAway
from mailcore.metrics import Metrics
from mailcore.trace import Trace, TraceEvent, Tracer
from processor.jobs.kinds import Ended
from processor.jobs.retry import delay_after
from processor.report import SERVICE

log = structlog.get_logger(__name__)


class JobEnds:
    """Ends jobs in the database, and counts and traces that."""

    def __init__(
        self,
        database: Database,
        tracer: Tracer,
        metrics: Metrics,
        *,
        revision: Callable[[], int],
        clock: Callable[[], float],
        delay: Callable[[int], float] = delay_after,
    ) -> None:
        """`revision` gives that of the settings that hold, for the trace; `delay` the wait after so many attempts."""
        self._database = database
        self._revision = revision
        self._tracer = tracer
        self._metrics = metrics
        self._clock = clock
        self._delay = delay

    async def finish(
        self, job: Job, trace: Trace, followers: Sequence[NewJob] = (), ended: Ended | None = None
    ) -> None:
        """Remove a job that is done, put those that come of it in its place, let go of its content, record `trace`.

        `ended`: what waited for it.
        """
        now = self._clock()
        try:
            async with self._database.transaction() as conn:
                ours = await jobs.finish(conn, job.id, job.attempt)
                await _insert(conn, followers if ours else (), now)
                if ours and ended is not None:
                    await _end(conn, job, ended, now)
                if ours and job.content is not None:
                    await content_refs.drop(conn, job.content, content_refs.job_holder(job.id), now)
        except (ContentAway, DatabaseAway) as error:
            log.warning("a job that is done could not be ended", job=job.id, reason=str(error))
            return
        self._count(job, "done" if ours else "lost")
        done = self._event(job, events.JOB_DONE, {})
        self._tracer.record(msgspec.structs.replace(trace, events=(*trace.events, done)))

    async def fail(self, job: Job, why: str, followers: Sequence[NewJob] = (), payload: bytes | None = None) -> None:
        """Let a job be tried again later, put those that come of it beside it.

        `payload`: what it carries from now on; None: what it did.
        """
        now = self._clock()
        not_before = now + self._delay(job.attempt)
        try:
            async with self._database.transaction() as conn:
                ours = payload is None or await jobs.keep(conn, job.id, job.attempt, payload)
                ours = ours and await jobs.fail(conn, job.id, job.attempt, not_before=not_before, why=why)
                await _insert(conn, followers if ours else (), now)
        except (ContentAway, DatabaseAway) as error:
            log.warning("a job that failed could not be ended", job=job.id, reason=str(error))
            return
        log.warning("a job is to be tried again", job=job.id, kind=job.kind, attempt=job.attempt, reason=why)
        self._count(job, "later" if ours else "lost")
        self._trace_failure(job, why)

    async def put_on_hold(self, job: Job, why: str) -> None:
        """Keep a job that cannot be done as it is, until an operator releases or removes it."""
        try:
            async with self._database.transaction() as conn:
                ours = await jobs.hold(conn, job.id, job.attempt, why=why)
        except DatabaseAway as error:
            log.warning("a job that cannot be done could not be ended", job=job.id, reason=str(error))
            return
        log.error("a job is on hold: it cannot be done", job=job.id, kind=job.kind, reason=why)
        self._count(job, "held" if ours else "lost")
        self._trace_failure(job, why)

    def _trace_failure(self, job: Job, why: str) -> None:
        failed = self._event(job, events.JOB_FAILED, {"reason": why})
        self._tracer.record(
            Trace(
                message_id=UUID(job.message_id),
                service=SERVICE,
                at=failed.at,
                outcome=events.DEFERRED,
                settings_revision=self._revision(),
                events=(failed,),
            )
        )

    def _event(self, job: Job, what: str, detail: dict[str, str]) -> TraceEvent:
        told = {"job": job.id, "attempt": str(job.attempt), "destination": job.destination}
        return TraceEvent(self._clock(), "delivery", what, decided_by=job.kind, detail=told | detail)

    def _count(self, job: Job, result: str) -> None:
        self._metrics.jobs_done.labels(job.kind, result).inc()


async def _insert(conn: AsyncConnection, followers: Sequence[NewJob], now: float) -> None:
    for follower in followers:
        await jobs.insert(conn, [follower], now)
        if follower.content is not None:
            await content_refs.add(conn, follower.content, content_refs.job_holder(follower.id), now)


async def _end(conn: AsyncConnection, job: Job, ended: Ended, now: float) -> None:
    done = partings.ticket(job.id, ended.target)
    for parting in ended.partings:
        await partings.end(conn, parting, done, is_taken=ended.is_taken, now=now)
