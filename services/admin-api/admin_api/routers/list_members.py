"""`/lists/{list}/members`: who is on a list, one by one, or thousands at once as CSV (RFC 4180)."""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict
from starlette.responses import StreamingResponse

from admin_api.answers import WITH_BODY, Answers, answer, no_content, problems
from admin_api.auth import Author
from admin_api.csv_body import CSV, read_csv
from admin_api.list_examples import IMPORTED, MEMBER, MEMBERS_CSV
from admin_api.paths import segment
from admin_api.resource import Resource, router_of
from admin_api.routers.lists import Owner
from admin_api.stores import Parts
from mailcore.db.entity_store import EntityStore
from mailcore.db.member_csv import BadLine, exported
from mailcore.directory.list_member import Delivery, ListMember, ListMemberFields, MemberFilter, Role


def _members(parts: Parts, owner: Owner) -> EntityStore[ListMemberFields, ListMember]:
    return parts.lists.members(owner)


def _wanted_members(
    *,
    parts: Parts,
    owner: Owner,
    role: Annotated[Role | None, Query(description="Only those of this role.")] = None,
    delivery: Annotated[Delivery | None, Query(description="Only those who get posts in this way.")] = None,
    suspended: Annotated[
        bool | None, Query(description="Only those to whom nothing is sent since mail came back, or only the others.")
    ] = None,
) -> EntityStore[ListMemberFields, ListMember]:
    return parts.lists.members(owner, MemberFilter(role, delivery, suspended))


router = router_of(
    Resource(
        path="/lists/{list}/members",
        key="address",
        fields=ListMemberFields,
        read=ListMember,
        example=MEMBER,
        ordered_by="domain, then local part",
        reading=_members,
        listing=_wanted_members,
    )
)

bounces = APIRouter(prefix="/lists/{list}/members/{address}/bounces", tags=["members"])
_Address = segment("address", MEMBER.key)


@bounces.delete(
    "",
    operation_id="forgive_member",
    summary="Forget that mail for one member came back",
    status_code=HTTPStatus.NO_CONTENT,
    responses=no_content(204, "It is forgotten.") | problems(HTTPStatus.NOT_FOUND),
)
async def forgive_member(parts: Parts, owner: Owner, author: Author, address: _Address) -> None:  # type: ignore[valid-type]  # built at run time
    """Whoever was suspended for it gets posts again, in the way he did before."""
    await parts.lists.forgive(owner, address, author)


bulk = APIRouter(prefix="/lists/{list}/members.csv", tags=["members"])

_EXPORTED: Answers = {
    200: {
        "description": "All of them.",
        "content": {CSV: {"schema": {"type": "string"}, "example": MEMBERS_CSV}},
    }
}
_BODY: dict[str, Any] = {
    "requestBody": {"required": True, "content": {CSV: {"schema": {"type": "string"}, "example": MEMBERS_CSV}}}
}


class Imported(BaseModel):
    """What became of the lines of an import."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    added: int
    """How many are members now who were not."""
    changed: int
    """How many were members, and differ now in what the file says of them."""
    unchanged: int
    """How many were members as the file says."""
    errors: tuple[BadLine, ...]
    """Every line that was passed over, and why."""


@bulk.get(
    "",
    operation_id="export_members",
    summary="Export the members of a list",
    response_class=StreamingResponse,
    responses=_EXPORTED | problems(HTTPStatus.NOT_FOUND),
)
async def export_members(parts: Parts, owner: Owner) -> StreamingResponse:
    """In the form in which they can be imported again: UTF-8, a header line, one member a line."""
    lines = exported(parts.lists.members(owner))
    name = {"Content-Disposition": "attachment; filename=members.csv"}
    return StreamingResponse(lines, media_type=f"{CSV}; charset=utf-8; header=present", headers=name)


@bulk.post(
    "",
    operation_id="import_members",
    summary="Import members of a list",
    responses=answer(200, "What became of the lines.", IMPORTED) | problems(HTTPStatus.NOT_FOUND, *WITH_BODY),
    openapi_extra=_BODY,
)
async def import_members(parts: Parts, owner: Owner, author: Author, request: Request) -> Imported:
    """At most 16 MiB. The first line names the columns: `address`, and any of `name`, `role`, `delivery`, `can_post`,
    `digest_format`, `trusted`.

    Lines that are right are taken, whatever is wrong with others. Who is a member already is changed in what the file
    says of them, so the same file may be sent again. Nobody is asked, and nobody is told.
    """  # noqa: D205 - shown as it is
    result = await parts.lists.import_members(owner, await read_csv(request), author)
    return Imported(added=result.added, changed=result.changed, unchanged=result.unchanged, errors=result.errors)
