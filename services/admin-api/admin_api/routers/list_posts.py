"""`/lists/{list}/posts`: the archive of a list, searched, read, and what is taken out of it."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from starlette.responses import StreamingResponse

from admin_api.answers import answer, no_content, problems
from admin_api.auth import Author
from admin_api.json_body import JsonRoute
from admin_api.list_examples import POST
from admin_api.message_octets import OCTETS, to_be_saved
from admin_api.paging import DEFAULT_LIMIT, CursorText, Limit, Page, Text, page_of, read_cursor
from admin_api.routers.lists import Owner
from admin_api.stores import Parts
from mailcore.db.list_archive import ArchivedPost, PostFilter
from mailcore.db.paging import MOST_NUMBER
from mailcore.moment import Moment

router = APIRouter(prefix="/lists/{list}/posts", route_class=JsonRoute, tags=["posts"])

Number = Annotated[int, Path(ge=1, le=MOST_NUMBER, description="The post's number.", examples=[POST["number"]])]


async def _wanted(
    *,
    poster: Annotated[Text, Query(max_length=320, description="Only by whose address contains these words.")] = "",
    subject: Annotated[Text, Query(max_length=320, description="Only with all these words in the subject.")] = "",
    text: Annotated[
        Text, Query(max_length=320, description="Only with all these words in author, subject, or beginning of text.")
    ] = "",
    since: Annotated[Moment | None, Query(description="Accepted at this moment or later.")] = None,
    until: Annotated[Moment | None, Query(description="Accepted before this moment.")] = None,
    first: Annotated[int, Query(ge=1, le=MOST_NUMBER, description="Only from this number on.")] = 1,
    last: Annotated[int, Query(ge=1, le=MOST_NUMBER, description="Only up to this number.")] = MOST_NUMBER,
) -> PostFilter:
    return PostFilter(
        poster=poster,
        subject=subject,
        text=text,
        since=None if since is None else since.timestamp(),
        until=None if until is None else until.timestamp(),
        first=first,
        last=last,
    )


Wanted = Annotated[PostFilter, Depends(_wanted)]


@router.get(
    "",
    operation_id="list_posts",
    summary="Search the posts that are kept, newest first",
    responses=answer(200, "One page.", {"items": [POST], "next": None}) | problems(HTTPStatus.NOT_FOUND),
)
async def list_posts(
    parts: Parts, owner: Owner, wanted: Wanted, limit: Limit = DEFAULT_LIMIT, cursor: CursorText = None
) -> Page[ArchivedPost]:
    """Those that match everything given. Words match in part, whatever their case and width.

    Where words are given, a page looks into 1,000 posts, and may hold few or none; `next` then leads on.
    """
    return page_of(await parts.archived_posts.search(owner, wanted, read_cursor(cursor), limit))


@router.get(
    "/{number}",
    operation_id="get_post",
    summary="Read about one post that is kept",
    responses=answer(200, "It is this.", POST) | problems(HTTPStatus.NOT_FOUND),
)
async def get_post(parts: Parts, owner: Owner, number: Number) -> ArchivedPost:
    """Who wrote it, and when."""
    return await parts.archived_posts.get(owner, number)


@router.get(
    "/{number}/content",
    operation_id="read_post",
    summary="Read one post that is kept",
    response_class=StreamingResponse,
    responses=OCTETS | problems(HTTPStatus.NOT_FOUND, HTTPStatus.GONE),
)
async def read_post(parts: Parts, owner: Owner, number: Number) -> StreamingResponse:
    """As members got it, without the token of their links."""
    return await to_be_saved(await parts.archived_posts.read(owner, number))


@router.delete(
    "/{number}",
    operation_id="delete_post",
    summary="Take one post out of the archive",
    status_code=204,
    responses=no_content(204, "It is gone.") | problems(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT),
)
async def delete_post(parts: Parts, owner: Owner, author: Author, number: Number) -> None:
    """For good; its number stays taken. 409 while it is being sent out."""
    await parts.archived_posts.take_out(owner, number, author)
