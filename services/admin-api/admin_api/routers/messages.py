"""`/messages`: what became of each message, refusals before acceptance included."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query

from admin_api.answers import answer, problems
from admin_api.examples import MESSAGE, MESSAGE_ID, STORY
from admin_api.json_body import JsonRoute
from admin_api.paging import DEFAULT_LIMIT, CursorText, Limit, Page, Text, page_of, read_cursor
from admin_api.stores import Parts
from mailcore.db.trace_reader import TraceFilter
from mailcore.db.trace_story import MessageStory, MessageSummary
from mailcore.moment import Moment

router = APIRouter(prefix="/messages", route_class=JsonRoute, tags=["messages"])

Outcome = Literal[
    "accepted", "refused", "deferred", "aborted", "incomplete", "queued", "delivered", "discarded", "failed", "dead"
]

MessageId = Annotated[
    UUID, Path(description="The id that its 250 named; not its Message-ID field.", examples=[MESSAGE_ID])
]


async def _wanted(
    *,
    sender: Annotated[Text | None, Query(max_length=320, description="The envelope sender.")] = None,
    recipient: Annotated[Text | None, Query(max_length=320, description="A recipient.")] = None,
    client_ip: Annotated[Text | None, Query(max_length=64, description="Who brought it.")] = None,
    message_id: Annotated[Text | None, Query(max_length=998, description="Its Message-ID field, or our id.")] = None,
    outcome: Annotated[Outcome | None, Query(description="What became of it, or of a recipient.")] = None,
    since: Annotated[Moment | None, Query(description="Begun at this moment or later.")] = None,
    until: Annotated[Moment | None, Query(description="Begun before this moment.")] = None,
) -> TraceFilter:
    return TraceFilter(
        sender=sender,
        recipient=recipient,
        client_ip=client_ip,
        message_id=message_id,
        outcome=outcome,
        since=None if since is None else since.timestamp(),
        until=None if until is None else until.timestamp(),
    )


Wanted = Annotated[TraceFilter, Depends(_wanted)]


@router.get(
    "",
    operation_id="list_messages",
    summary="Search messages, newest first",
    responses=answer(200, "One page.", {"items": [MESSAGE], "next": None}) | problems(),
)
async def list_messages(
    parts: Parts, wanted: Wanted, limit: Limit = DEFAULT_LIMIT, cursor: CursorText = None
) -> Page[MessageSummary]:
    """Those that match everything given; an address matches whatever the case of its letters."""
    return page_of(await parts.traces.search(wanted, read_cursor(cursor), limit))


@router.get(
    "/{message_id}",
    operation_id="get_message",
    summary="Read the whole story of one message",
    responses=answer(200, "It is this.", STORY) | problems(404),
)
async def get_message(parts: Parts, message_id: MessageId) -> MessageStory:
    """Every event from the connection on, of all services, in the order of time."""
    return await parts.traces.story(message_id)
