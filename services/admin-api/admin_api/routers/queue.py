"""`/queue`: deferred work, by filters; one job or all that match tried at once, held, released or removed."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from admin_api.answers import answer, no_content, problems
from admin_api.auth import Author
from admin_api.json_body import JsonRoute
from admin_api.paging import DEFAULT_LIMIT, CursorText, Limit, Page, Text, page_of, read_cursor
from admin_api.paths import Segment
from admin_api.queue_examples import JOB, QUEUED_DESTINATION
from admin_api.stores import Parts
from mailcore.address import domain_to_ascii
from mailcore.db.job_list import JobFilter, JobKind, JobState, QueuedJob
from mailcore.db.job_orders import Order
from mailcore.db.queued_destinations import QueuedDestination
from mailcore.errors import Invalid, Problem
from mailcore.moment import Moment

router = APIRouter(prefix="/queue", route_class=JsonRoute, tags=["queue"])


async def _wanted(
    *,
    kind: Annotated[JobKind | None, Query(description="Only this kind of work.")] = None,
    state: Annotated[JobState | None, Query(description="Only jobs in this state.")] = None,
    domain: Annotated[Text | None, Query(max_length=320, description="Only to this domain or address.")] = None,
    message_id: Annotated[Text | None, Query(max_length=64, description="Only what came of this message.")] = None,
    created_before: Annotated[Moment | None, Query(description="Only what waits since before this moment.")] = None,
    sender: Annotated[Text | None, Query(max_length=320, description="Only from this envelope sender.")] = None,
    recipient: Annotated[Text | None, Query(max_length=320, description="Only what is still for this one.")] = None,
) -> JobFilter:
    before = None if created_before is None else created_before.timestamp()
    destination = None if domain is None else _stored(domain)
    return JobFilter(kind, state, destination, message_id, before, sender, recipient)


def _stored(destination: str) -> str:
    """Give a domain, or an address, in the form in which jobs have it: whatever its case, in A-labels."""
    local, at, domain = destination.rpartition("@")
    try:
        return f"{local}{at}{domain_to_ascii(domain)}"
    except ValueError:
        # An address literal is stored as it is; nothing is stored for what is no domain.
        return destination


class Ordered(BaseModel):
    """To how many jobs an order was given."""

    count: int
    """Those that matched and were in a state for it."""


async def _some(wanted: Annotated[JobFilter, Depends(_wanted)]) -> JobFilter:
    """Insist on a filter: an order to everything is more often a mistake than meant."""
    if wanted.is_empty:
        raise Invalid(Problem(("domain",), "Name at least one filter: domain, sender, recipient, created_before ..."))
    return wanted


Wanted = Annotated[JobFilter, Depends(_wanted)]
Some = Annotated[JobFilter, Depends(_some)]


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
    "/destinations",
    operation_id="list_queued_destinations",
    summary="List where mail waits for, the most of it first",
    responses=answer(200, "One page.", {"items": [QUEUED_DESTINATION], "next": None}) | problems(),
)
async def list_queued_destinations(
    parts: Parts, limit: Limit = DEFAULT_LIMIT, cursor: CursorText = None
) -> Page[QueuedDestination]:
    """How much waits for each domain and how much is in flight, and which of them rest as a whole, and why."""
    return page_of(await parts.jobs.destinations(read_cursor(cursor), limit))


@router.get(
    "/{job_id}",
    operation_id="get_job",
    summary="Read one deferred job",
    responses=answer(200, "It is this.", JOB) | problems(404),
)
async def get_job(parts: Parts, job_id: Segment) -> QueuedJob:
    """Until it is done: then it is gone, and the trace of its message tells how it ended."""
    return await parts.jobs.get(job_id)


def _add_order(order: Order, verb: str, said: str, what: str) -> None:
    async def one(parts: Parts, author: Author, job_id: Segment) -> QueuedJob:
        return await parts.job_orders.give(order, job_id, author)

    router.post(
        f"/{{job_id}}/{order}",
        operation_id=f"{order}_job",
        summary=f"{verb} one deferred job",
        description=what,
        responses=answer(200, said, JOB) | problems(404, 409),
    )(one)

    async def many(parts: Parts, author: Author, wanted: Some) -> Ordered:
        return Ordered(count=await parts.job_orders.give_all(order, wanted, author))

    router.post(
        f"/{order}",
        operation_id=f"{order}_jobs",
        summary=f"{verb} all deferred jobs that match",
        description=f"{what} Those that are being tried are left alone.",
        responses=answer(200, said, {"count": 12}) | problems(),
    )(many)


_add_order("retry", "Try again", "It is due now.", "Put its time forward; a worker takes it within seconds.")
_add_order("hold", "Hold", "It is held.", "Nobody tries it until it is released.")
_add_order("release", "Release", "It is due now.", "It was held, and is tried again from now on.")


@router.delete(
    "/{job_id}",
    operation_id="remove_job",
    summary="Remove one deferred job",
    status_code=204,
    responses=no_content(204, "It is gone.") | problems(404, 409),
)
async def remove_job(parts: Parts, author: Author, job_id: Segment) -> None:
    """Nobody gets it, and nobody is told; the trace of its message tells who removed it."""
    await parts.job_orders.give("remove", job_id, author)


@router.delete(
    "",
    operation_id="remove_jobs",
    summary="Remove all deferred jobs that match",
    responses=answer(200, "They are gone.", {"count": 12}) | problems(),
)
async def remove_jobs(parts: Parts, author: Author, wanted: Some) -> Ordered:
    """Nobody gets them, and nobody is told. Those that are being tried are left alone."""
    return Ordered(count=await parts.job_orders.give_all("remove", wanted, author))
