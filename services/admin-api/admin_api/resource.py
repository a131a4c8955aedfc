"""The five endpoints that every kind of entity has, from its path, its models and its store.

A router file describes its resource and adds what is special to it in plain FastAPI. There are no switches here:
whatever differs is written beside the call.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any, Generic, TypeVar

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel

from admin_api.answers import WITH_BODY, answer, no_content, problems
from admin_api.auth import Author
from admin_api.etag import IfMatch, IfNoneMatch, is_not_modified, quoted, versions
from admin_api.examples import Example
from admin_api.json_body import JsonRoute, body_example, strictly
from admin_api.paging import DEFAULT_LIMIT, CursorText, Filter, Limit, Page, page_of, read_cursor
from admin_api.paths import in_path, segment, sent_path
from admin_api.stores import Parts, Stores
from mailcore.db.entity_store import EntityStore
from mailcore.directory.stored import Stored
from mailcore.patch import patch_of

Fields = TypeVar("Fields", bound=BaseModel)
Read = TypeVar("Read", bound=Stored)
Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


@dataclass(frozen=True)
class Resource(Generic[Fields, Read]):
    """One kind of entity, as the API shows it."""

    path: str
    """Where the list of them is, below `/api/v1`."""
    key: str
    """The field by which one is known, and the name of the path's parameter."""
    fields: type[Fields]
    """What a client writes."""
    read: type[Read]
    """What a client reads."""
    example: Example
    store: Callable[[Stores], EntityStore[Fields, Read]] | None = None
    """Where they are kept; None: `reading` says."""
    ordered_by: str | None = None
    """The field that orders the list; None: the key."""
    reading: Callable[..., Any] | None = None
    """A dependency that gives the store, with parameters of its own such as those of the path; None: `store`."""
    listing: Callable[..., EntityStore[Fields, Read]] | None = None
    """The same for the list alone, with filters of its own; None: the store that is read from."""
    writing: Callable[..., EntityStore[Fields, Read]] | None = None
    """The same for making and changing; None: the store that is read from."""

    @property
    def name(self) -> str:
        """What one of them is called in an identifier."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", self.read.__name__).lower()

    @property
    def words(self) -> str:
        """What one of them is called in a sentence."""
        return self.name.replace("_", " ")

    @property
    def reading_store(self) -> Any:
        """The type of the parameter by which an endpoint gets its store."""
        return Annotated[EntityStore[Any, Any], Depends(self.reading or self._usual)]

    @property
    def listing_store(self) -> Any:
        """The type of the parameter by which the endpoint that lists gets its store."""
        return Annotated[EntityStore[Any, Any], Depends(self.listing or self.reading or self._usual)]

    @property
    def writing_store(self) -> Any:
        """The type of the parameter by which an endpoint that writes gets its store."""
        return Annotated[EntityStore[Any, Any], Depends(self.writing or self.reading or self._usual)]

    def _usual(self, parts: Parts) -> EntityStore[Fields, Read]:
        if self.store is None:
            raise TypeError(f"nobody said where the {self.plural} are kept")
        return self.store(parts)

    @property
    def plural(self) -> str:
        """What several of them are called."""
        return self.path.rpartition("/")[2]

    @property
    def missing(self) -> tuple[int, ...]:
        """What is answered where the path names something else that is not there."""
        return (HTTPStatus.NOT_FOUND,) if "{" in self.path else ()

    @property
    def one(self) -> str:
        """The path of one of them."""
        return f"{self.path}/{{{self.key}}}"

    @property
    def key_type(self) -> Any:
        """The type of the path's parameter."""
        return segment(self.key, self.example.key)


def router_of(resource: Resource[Fields, Read]) -> APIRouter:
    """Give a router with the five endpoints."""
    router = APIRouter(route_class=JsonRoute, tags=[resource.plural])
    for add in (_add_list, _add_create, _add_get, _add_patch, _add_delete):
        add(router, resource)
    return router


def typed(endpoint: Endpoint, **types: Any) -> Endpoint:
    """Give the parameters of `endpoint` types that are only known at run time."""
    endpoint.__annotations__.update(types)
    return endpoint


def _add_list(router: APIRouter, resource: Resource[Fields, Read]) -> None:
    async def endpoint(
        store: EntityStore[Fields, Read], limit: Limit = DEFAULT_LIMIT, cursor: CursorText = None, q: Filter = None
    ) -> Page[Read]:
        return page_of(await store.list(read_cursor(cursor), limit, q))

    router.get(
        resource.path,
        operation_id=f"list_{resource.name}s",
        summary=f"List {resource.words}s, ordered by {resource.ordered_by or resource.key}",
        response_model=Page[resource.read],  # type: ignore[name-defined]  # only known at run time
        responses=answer(200, "One page.", {"items": [resource.example.read], "next": None})
        | problems(*resource.missing),
    )(typed(endpoint, store=resource.listing_store))


def _add_create(router: APIRouter, resource: Resource[Fields, Read]) -> None:
    async def endpoint(
        store: EntityStore[Fields, Read], author: Author, request: Request, response: Response, body: Fields
    ) -> Read:
        made = await store.create(body, author)
        response.headers["Location"] = f"{sent_path(request)}/{in_path(str(getattr(made.value, resource.key)))}"
        response.headers["ETag"] = quoted(made.etag)
        return made.value

    router.post(
        resource.path,
        operation_id=f"create_{resource.name}",
        summary=f"Make a new {resource.words}",
        status_code=HTTPStatus.CREATED,
        response_model=resource.read,
        responses=answer(201, "It is there.", resource.example.read, fields=("ETag", "Location"))
        | problems(HTTPStatus.CONFLICT, *resource.missing, *WITH_BODY),
        openapi_extra=body_example(resource.example.written),
    )(typed(endpoint, store=resource.writing_store, body=strictly(resource.fields)))


def _add_get(router: APIRouter, resource: Resource[Fields, Read]) -> None:
    async def endpoint(
        store: EntityStore[Fields, Read], key: str, response: Response, if_none_match: IfNoneMatch = None
    ) -> Read | Response:
        found = await store.get(key)
        etag = quoted(found.etag)
        if is_not_modified(if_none_match, etag):
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers={"ETag": etag})
        response.headers["ETag"] = etag
        return found.value

    router.get(
        resource.one,
        operation_id=f"get_{resource.name}",
        summary=f"Read one {resource.words}",
        response_model=resource.read,
        responses=answer(200, "It is this.", resource.example.read, fields=("ETag",))
        | no_content(304, "It is still what If-None-Match names.")
        | problems(HTTPStatus.NOT_FOUND),
    )(typed(endpoint, store=resource.reading_store, key=resource.key_type))


def _add_patch(router: APIRouter, resource: Resource[Fields, Read]) -> None:
    patch = patch_of(resource.fields)

    async def endpoint(
        *,
        store: EntityStore[Fields, Read],
        author: Author,
        key: str,
        response: Response,
        body: BaseModel,
        if_match: IfMatch = None,
    ) -> Read:
        changes = {name: getattr(body, name) for name in body.model_fields_set}
        changed = await store.patch(key, changes, author, versions(if_match))
        response.headers["ETag"] = quoted(changed.etag)
        return changed.value

    router.patch(
        resource.one,
        operation_id=f"patch_{resource.name}",
        summary=f"Change one {resource.words}",
        response_model=resource.read,
        responses=answer(200, "It is this now.", resource.example.read, fields=("ETag",))
        | problems(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.PRECONDITION_FAILED, *WITH_BODY),
        openapi_extra=body_example(resource.example.changed, patch=patch),
    )(typed(endpoint, store=resource.writing_store, key=resource.key_type, body=strictly(patch)))


def _add_delete(router: APIRouter, resource: Resource[Fields, Read]) -> None:
    async def endpoint(store: EntityStore[Fields, Read], author: Author, key: str, if_match: IfMatch = None) -> None:
        await store.delete(key, author, versions(if_match))

    router.delete(
        resource.one,
        operation_id=f"delete_{resource.name}",
        summary=f"Remove one {resource.words}",
        status_code=HTTPStatus.NO_CONTENT,
        responses=no_content(204, "It is gone.")
        | problems(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.PRECONDITION_FAILED),
    )(typed(endpoint, store=resource.reading_store, key=resource.key_type))
