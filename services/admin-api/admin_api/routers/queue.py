"""`/queue`: deferred work, by filters, and tried again at once."""

from time import time
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from admin_api.answers import answer, problems
from admin_api.auth import Author
from admin_api.examples import JOB
from admin_api.json_body import JsonRoute
from admin_api.paging import DEFAULT_LIMIT, CursorText, Limit, Page, Text, page_of, read_cursor
from admin_api.paths import Segment
from admin_api.stores import Parts
from mailcore.db.job_list import JobFilter, JobKind, JobState, QueuedJob
from mailcore.moment import Moment

router = APIRouter(prefix="/queue", route_class=JsonRoute, tags=["queue"])


async def _wanted(
    kind: Annotated[JobKind | None, Query(description="Only this kind of work.")] = None,
    state: Annotated[JobState | None, Query(description="Only jobs in this state.")] = None,
    domain: Annotated[Text | None, Query(max_length=320, description="Only to this domain or address.")] = None,
    message_id: Annotated[Text | None, Query(max_length=64, description="Only what came of this message.")] = None,
    created_before: Annotated[Moment | None, Query(description="Only what waits since before this moment.")] = None,
) -> JobFilter:
    return JobFilter(kind, state, domain, message_id, None if created_before is None else created_before.timestamp())


Wanted = Annotated[JobFilter, Depends(_wanted)]


@router.get(
    "",
    operation_id="list_jobs",
    summary="List deferred work, the longest waiting first",
    responses=answer(200, "One page.", {"items": [JOB], "next": None}) | problems(),
)
async def list_jobs(
    parts: Parts, wanted: Wanted, limit: Limit = DEFAULT_LIMIT, cursor: CursorText = None
) -> Page[QueuedJob]:
    """Mail that could not be delivered yet, and local work that failed for a while."""
    return page_of(await parts.jobs.list(wanted, read_cursor(cursor), limit))


@router.get(
    "/{job_id}",
    operation_id="get_job",
    summary="Read one deferred job",
    responses=answer(200, "It is this.", JOB) | problems(404),
)
async def get_job(parts: Parts, job_id: Segment) -> QueuedJob:
    """Until it is done: then it is gone, and the trace of its message tells how it ended."""
    return await parts.jobs.get(job_id)


@router.post(
    "/{job_id}/retry",
    operation_id="retry_job",
    summary="Try a deferred job again at once",
    responses=answer(200, "It is due now.", JOB) | problems(404, 409),
)
async def retry_job(parts: Parts, author: Author, job_id: Segment) -> QueuedJob:
    """Put its time forward; a worker takes it within seconds."""
    return await parts.jobs.retry(job_id, author, time())
