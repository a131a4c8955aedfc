"""How a task of a list ends its job in the very transaction that writes down what came of it: once, or not at all."""

from collections.abc import Sequence
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from mailcore.db import content_refs, finished_jobs, jobs
from mailcore.db.jobs import Job, NewJob
from mailcore.errors import Transient
from mailcore.metrics import Metrics
from mailcore.trace import Trace, Tracer


class Tell(Protocol):
    """Hears of a job that a task has ended itself, and what the trace is to say of the messages that it was about."""

    def __call__(self, job: Job, /, *traces: Trace) -> None:
        """Count the job once, and record all of that."""


class LeaseLost(Transient):
    """Another worker has the job by now."""


async def finish(connection: AsyncConnection, job: Job, now: float) -> None:
    """End `job`, first of all in the transaction. Raises LeaseLost, which undoes the rest, when another has it."""
    if not await jobs.finish(connection, job.id, job.attempt):
        raise LeaseLost
    # The message that it came of may be processed again.
    await finished_jobs.put(connection, job.id, now)
    if job.content is not None:
        await content_refs.drop(connection, job.content, content_refs.job_holder(job.id), now)


def telling(tracer: Tracer, metrics: Metrics) -> Tell:
    """Give what traces and counts such jobs."""

    def tell(job: Job, /, *traces: Trace) -> None:
        metrics.jobs_done.labels(job.kind, "done").inc()
        for trace in traces:
            tracer.record(trace)

    return tell


async def leave_behind(connection: AsyncConnection, new: Sequence[NewJob], now: float) -> None:
    """Insert jobs, and have them hold the content that they refer to."""
    await jobs.insert(connection, new, now)
    holders: dict[str, list[str]] = {}
    for job in new:
        if job.content is not None:
            holders.setdefault(job.content, []).append(content_refs.job_holder(job.id))
    for content, some in holders.items():
        await content_refs.add_all(connection, content, some, now)
