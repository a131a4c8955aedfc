"""`/trash`: what lies in the server's trash, to be read, released, or purged."""

from fastapi import APIRouter
from starlette.responses import StreamingResponse

from admin_api.answers import answer, no_content, problems
from admin_api.auth import Author
from admin_api.examples import TRASHED
from admin_api.json_body import JsonRoute
from admin_api.message_octets import OCTETS, to_be_saved
from admin_api.paging import DEFAULT_LIMIT, CursorText, Limit, Page, page_of, read_cursor
from admin_api.paths import Segment
from admin_api.stores import Parts
from admin_api.trash import TrashedMessage

router = APIRouter(prefix="/trash", route_class=JsonRoute, tags=["trash"])


@router.get(
    "",
    operation_id="list_trash",
    summary="List what lies in the server's trash, newest first",
    responses=answer(200, "One page.", {"items": [TRASHED], "next": None}) | problems(),
)
async def list_trash(parts: Parts, limit: Limit = DEFAULT_LIMIT, cursor: CursorText = None) -> Page[TrashedMessage]:
    """Mail of banned clients, where `banned_connection_action` says so."""
    return page_of(await parts.trash.list(read_cursor(cursor), limit))


@router.delete(
    "",
    operation_id="purge_trash",
    summary="Purge the whole trash",
    status_code=204,
    responses=no_content(204, "It is empty.") | problems(),
)
async def purge_trash(parts: Parts, author: Author) -> None:
    """For good; the files are gone within seconds."""
    await parts.trash.purge_all(author)


@router.get(
    "/{trash_id}",
    operation_id="get_trashed_message",
    summary="Read about one message in the trash",
    responses=answer(200, "It is this.", TRASHED) | problems(404),
)
async def get_trashed_message(parts: Parts, trash_id: Segment) -> TrashedMessage:
    """Who it is from and for, and why it lies there."""
    return await parts.trash.get(trash_id)


@router.get(
    "/{trash_id}/content",
    operation_id="read_trashed_message",
    summary="Read one message in the trash",
    response_class=StreamingResponse,
    responses=OCTETS | problems(404, 410),
)
async def read_trashed_message(parts: Parts, trash_id: Segment) -> StreamingResponse:
    """As its client sent it."""
    return await to_be_saved(await parts.trash.read(trash_id))


@router.post(
    "/{trash_id}/release",
    operation_id="release_trashed_message",
    summary="Deliver one message from the trash",
    status_code=204,
    responses=no_content(204, "It is on its way.") | problems(404),
)
async def release_trashed_message(parts: Parts, author: Author, trash_id: Segment) -> None:
    """To the recipients that it did not reach, as if its client were not banned; it leaves the trash."""
    await parts.trash.release(trash_id, author)


@router.delete(
    "/{trash_id}",
    operation_id="purge_trashed_message",
    summary="Purge one message from the trash",
    status_code=204,
    responses=no_content(204, "It is gone.") | problems(404),
)
async def purge_trashed_message(parts: Parts, author: Author, trash_id: Segment) -> None:
    """For good; nobody is told."""
    await parts.trash.purge(trash_id, author)
