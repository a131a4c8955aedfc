"""`/lists/{list}/held`: posts that wait for a moderator, to be read, and sent out, refused or dropped."""

from http import HTTPStatus

from fastapi import APIRouter
from starlette.responses import StreamingResponse

from admin_api.answers import WITH_BODY, answer, no_content, problems
from admin_api.auth import Author
from admin_api.json_body import JsonRoute, body_example, strictly
from admin_api.list_examples import HELD, REJECTION
from admin_api.message_octets import OCTETS, to_be_saved
from admin_api.paging import DEFAULT_LIMIT, CursorText, Limit, Page, page_of, read_cursor
from admin_api.paths import Segment
from admin_api.routers.lists import Owner
from admin_api.stores import Parts
from mailcore.db.list_moderation import WaitingPost
from mailcore.directory.mailing_list import Line
from mailcore.directory.stored import Entity


class Rejection(Entity):
    """Why a post is refused."""

    reason: Line = ""
    """What its sender is told, in one line. Empty: only that it was refused."""


Body = strictly(Rejection)

router = APIRouter(prefix="/lists/{list}/held", route_class=JsonRoute, tags=["held posts"])


@router.get(
    "",
    operation_id="list_held_posts",
    summary="List the posts that wait for a moderator, oldest first",
    responses=answer(200, "One page.", {"items": [HELD], "next": None}) | problems(HTTPStatus.NOT_FOUND),
)
async def list_held_posts(
    parts: Parts, owner: Owner, limit: Limit = DEFAULT_LIMIT, cursor: CursorText = None
) -> Page[WaitingPost]:
    """Held because of `moderation`, `post_auth` or `refusal` of the list."""
    return page_of(await parts.held_posts.list(owner, read_cursor(cursor), limit))


@router.get(
    "/{held_id}",
    operation_id="get_held_post",
    summary="Read about one post that waits",
    responses=answer(200, "It is this.", HELD) | problems(HTTPStatus.NOT_FOUND),
)
async def get_held_post(parts: Parts, owner: Owner, held_id: Segment) -> WaitingPost:
    """Who wrote it, and why it waits."""
    return await parts.held_posts.get(owner, held_id)


@router.get(
    "/{held_id}/content",
    operation_id="read_held_post",
    summary="Read one post that waits",
    response_class=StreamingResponse,
    responses=OCTETS | problems(HTTPStatus.NOT_FOUND, HTTPStatus.GONE),
)
async def read_held_post(parts: Parts, owner: Owner, held_id: Segment) -> StreamingResponse:
    """As it came to the list."""
    return await to_be_saved(await parts.held_posts.read(owner, held_id))


@router.post(
    "/{held_id}/approve",
    operation_id="approve_held_post",
    summary="Send out one post that waits",
    status_code=204,
    responses=no_content(204, "It has its number and is on its way.") | problems(HTTPStatus.NOT_FOUND),
)
async def approve_held_post(parts: Parts, owner: Owner, author: Author, held_id: Segment) -> None:
    """Of two who decide at once one is told 404: a post is decided on once."""
    await parts.held_posts.decide(owner, held_id, "approve", author)


@router.post(
    "/{held_id}/reject",
    operation_id="reject_held_post",
    summary="Refuse one post that waits, and tell its sender",
    status_code=204,
    responses=no_content(204, "It is gone, and a message to its sender is on its way.")
    | problems(HTTPStatus.NOT_FOUND, *WITH_BODY),
    openapi_extra=body_example(REJECTION),
)
async def reject_held_post(
    parts: Parts,
    owner: Owner,
    author: Author,
    held_id: Segment,
    body: Body,  # type: ignore[valid-type]  # built at run time
) -> None:
    """In the words of `templates/rejected` of the list. Of one that came from the null sender nobody is told."""
    rejection: Rejection = body
    await parts.held_posts.decide(owner, held_id, "reject", author, reason=rejection.reason)


@router.delete(
    "/{held_id}",
    operation_id="discard_held_post",
    summary="Drop one post that waits",
    status_code=204,
    responses=no_content(204, "It is gone.") | problems(HTTPStatus.NOT_FOUND),
)
async def discard_held_post(parts: Parts, owner: Owner, author: Author, held_id: Segment) -> None:
    """For good; nobody is told."""
    await parts.held_posts.decide(owner, held_id, "discard", author)
