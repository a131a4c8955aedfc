"""`/lists/{list}/templates`: what a list's own messages say. There are always all; each may be put in other words."""

from http import HTTPStatus
from typing import Annotated, get_args

from fastapi import APIRouter, Depends, Response

from admin_api.answers import WITH_BODY, answer, no_content, problems
from admin_api.auth import Author
from admin_api.etag import IfMatch, IfNoneMatch, is_not_modified, quoted, versions
from admin_api.json_body import JsonRoute, body_example, strictly
from admin_api.list_examples import SHOWN, TEMPLATE, WORDS
from admin_api.paging import DEFAULT_LIMIT, CursorText, Limit, Page, page_of, read_cursor
from admin_api.paths import segment
from admin_api.routers.lists import Owner
from admin_api.stores import Parts
from mailcore.db import paging
from mailcore.db.list_templates import USUAL, TemplateStore
from mailcore.directory.list_template import ListText, ListWords, TemplateName, problems_of
from mailcore.directory.stored import Entity
from mailcore.errors import Invalid, NotFound
from maildecide.lists.notices.samples import sample_values
from maildecide.lists.notices.template import Template, filled
from maildecide.lists.notices.words import in_force

NAMES: tuple[TemplateName, ...] = tuple(sorted(get_args(TemplateName)))
"""All of them, in the order in which they are listed."""


class ShownText(Entity):
    """A message as somebody could get it."""

    subject: str
    """Its subject."""
    body: str
    """Its text."""


def _store(parts: Parts, owner: Owner) -> TemplateStore:
    return parts.list_templates(owner)


def _name(name: segment("name", "welcome")) -> TemplateName:  # type: ignore[valid-type]  # built at run time
    for known in NAMES:
        if known == name:
            return known
    raise NotFound(f"there is no template {name}; there are: {', '.join(NAMES)}")


Store = Annotated[TemplateStore, Depends(_store)]
Name = Annotated[TemplateName, Depends(_name)]
Body = strictly(ListWords)

router = APIRouter(prefix="/lists/{list}/templates", route_class=JsonRoute, tags=["list templates"])


@router.get(
    "",
    operation_id="list_list_templates",
    summary="List what the messages of a list say, ordered by name",
    responses=answer(200, "One page.", {"items": [TEMPLATE], "next": None}) | problems(HTTPStatus.NOT_FOUND),
)
async def list_list_templates(
    store: Store, owner: Owner, limit: Limit = DEFAULT_LIMIT, cursor: CursorText = None
) -> Page[ListText]:
    """All of them, the usual words in the list's language included."""
    changed, after = await store.all(), read_cursor(cursor) or ""
    texts = [in_force(name, owner.language, changed.get(name)) for name in NAMES if name > after]
    return page_of(paging.Page.of(texts[: limit + 1], limit, lambda text: text.name))


@router.get(
    "/{name}",
    operation_id="get_list_template",
    summary="Read what one message of a list says",
    response_model=ListText,
    responses=answer(200, "It is this.", TEMPLATE, fields=("ETag",))
    | no_content(304, "It is still what If-None-Match names.")
    | problems(HTTPStatus.NOT_FOUND),
)
async def get_list_template(
    store: Store, owner: Owner, name: Name, response: Response, if_none_match: IfNoneMatch = None
) -> ListText | Response:
    """Give the words that the list has of its own, else the usual ones in its language."""
    found = await store.get(name)
    etag = quoted(USUAL if found is None else found.etag)
    text = in_force(name, owner.language, None if found is None else found.value)
    # Which words are the usual ones depends on the list's language: these are always sent.
    if found is not None and is_not_modified(if_none_match, etag):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers={"ETag": etag})
    response.headers["ETag"] = etag
    return text


@router.put(
    "/{name}",
    operation_id="put_list_template",
    summary="Have one message of a list say something else",
    responses=answer(200, "It is this now.", TEMPLATE, fields=("ETag",))
    | problems(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.PRECONDITION_FAILED, *WITH_BODY),
    openapi_extra=body_example(WORDS),
)
async def put_list_template(
    *,
    store: Store,
    owner: Owner,
    author: Author,
    name: Name,
    response: Response,
    body: Body,  # type: ignore[valid-type]  # built at run time
    if_match: IfMatch = None,
) -> ListText:
    """Refused are `{placeholders}` that stand for nothing in this message; `GET` names those that it may have."""
    stored = await store.put(name, body, author, versions(if_match))
    response.headers["ETag"] = quoted(stored.etag)
    return in_force(name, owner.language, stored.value)


@router.delete(
    "/{name}",
    operation_id="delete_list_template",
    summary="Have one message of a list say the usual words again",
    status_code=HTTPStatus.NO_CONTENT,
    responses=no_content(204, "It says them.") | problems(HTTPStatus.NOT_FOUND, HTTPStatus.PRECONDITION_FAILED),
)
async def delete_list_template(store: Store, author: Author, name: Name, if_match: IfMatch = None) -> None:
    """404 where it says them already."""
    await store.delete(name, author, versions(if_match))


@router.post(
    "/{name}/preview",
    operation_id="preview_list_template",
    summary="See one message of a list as somebody could get it",
    responses=answer(200, "It would be this.", SHOWN) | problems(HTTPStatus.NOT_FOUND, *WITH_BODY),
    openapi_extra=body_example(WORDS),
)
async def preview_list_template(
    owner: Owner,
    name: Name,
    body: Body,  # type: ignore[valid-type]  # built at run time
) -> ShownText:
    """With values as they could be. Nothing is stored, and nothing is sent; what `PUT` would refuse is refused."""
    words: ListWords = body
    if problems_found := tuple(problems_of(name, words)):
        raise Invalid(*problems_found)
    shown = filled(Template(words.subject, words.body), sample_values(owner, name))
    return ShownText(subject=shown.subject, body=shown.body)
