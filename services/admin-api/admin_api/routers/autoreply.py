"""`/accounts/{address}/autoreply`: what an account answers by itself. There is one, put whole, or none."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Response

from admin_api.answers import WITH_BODY, answer, no_content, problems
from admin_api.auth import Author
from admin_api.etag import IfMatch, IfNoneMatch, is_not_modified, quoted, versions
from admin_api.examples import AUTOREPLY, AUTOREPLY_WRITTEN
from admin_api.json_body import JsonRoute, body_example, strictly
from admin_api.routers.forwards import Owner
from admin_api.stores import Parts
from mailcore.db.autoreply_store import AutoreplyStore
from mailcore.directory.autoreply import Autoreply, AutoreplyFields


def _store(parts: Parts, owner: Owner) -> AutoreplyStore:
    return parts.autoreply(owner)


Store = Annotated[AutoreplyStore, Depends(_store)]
Body = strictly(AutoreplyFields)

router = APIRouter(prefix="/accounts/{address}/autoreply", route_class=JsonRoute, tags=["autoreply"])


@router.get(
    "",
    operation_id="get_autoreply",
    summary="Read the autoreply of an account",
    response_model=Autoreply,
    responses=answer(200, "It is this.", AUTOREPLY, fields=("ETag",))
    | no_content(304, "It is still what If-None-Match names.")
    | problems(HTTPStatus.NOT_FOUND),
)
async def get_autoreply(store: Store, response: Response, if_none_match: IfNoneMatch = None) -> Autoreply | Response:
    """Also one that is not enabled, or whose period is over."""
    found = await store.get()
    etag = quoted(found.etag)
    if is_not_modified(if_none_match, etag):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers={"ETag": etag})
    response.headers["ETag"] = etag
    return found.value


@router.put(
    "",
    operation_id="put_autoreply",
    summary="Have an account reply by itself",
    responses=answer(200, "It is this now.", AUTOREPLY, fields=("ETag",))
    | problems(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.PRECONDITION_FAILED, *WITH_BODY),
    openapi_extra=body_example(AUTOREPLY_WRITTEN),
)
async def put_autoreply(
    store: Store,
    author: Author,
    response: Response,
    body: Body,  # type: ignore[valid-type]  # built at run time
    if_match: IfMatch = None,
) -> Autoreply:
    """In the place of one that is there: what the body leaves out has its default."""
    stored = await store.put(body, author, versions(if_match))
    response.headers["ETag"] = quoted(stored.etag)
    return stored.value


@router.delete(
    "",
    operation_id="delete_autoreply",
    summary="Have an account no longer reply by itself",
    status_code=HTTPStatus.NO_CONTENT,
    responses=no_content(204, "It is gone.") | problems(HTTPStatus.NOT_FOUND, HTTPStatus.PRECONDITION_FAILED),
)
async def delete_autoreply(store: Store, author: Author, if_match: IfMatch = None) -> None:
    """Who got a reply lately is remembered all the same."""
    await store.delete(author, versions(if_match))
