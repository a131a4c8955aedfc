"""`/lists/{list}/requests`: what people want of a list, done as it says: at once, once confirmed, or by its owner."""

from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from admin_api.answers import WITH_BODY, answer, problems
from admin_api.auth import Author
from admin_api.json_body import JsonRoute, body_example, strictly
from admin_api.list_examples import REQUEST
from admin_api.list_requests import Request, Wish
from admin_api.resource import typed
from admin_api.routers.lists import Owner
from admin_api.stores import Parts
from mailcore.directory.alias import TargetAddress
from mailcore.directory.mailing_list import Line, Paragraph
from mailcore.directory.stored import Entity
from mailcore.errors import Conflict, Invalid, Problem
from maildecide.lists.commands.judgement import Say
from maildecide.lists.commands.phrases import PHRASES, Phrase

router = APIRouter(prefix="/lists/{list}/requests", route_class=JsonRoute, tags=["members"])

Result = Literal["done", "asked", "waits", "already"]

_RESULTS: dict[Phrase, Result] = {
    "joined": "done",
    "left": "done",
    "asked_to_confirm": "asked",
    "invited": "asked",
    "waits_for_owner": "waits",
    "already_member": "already",
    "already_stopped": "already",
    "member_there": "already",
    "not_member": "already",
}


class RequestFields(Entity):
    """What somebody wants."""

    wish: Wish
    """`subscribe`, as `subscription` of the list says; `unsubscribe`, as `unsubscription` does; `invite`: who says yes
    is a member, whatever `subscription` says."""
    address: TargetAddress
    """Who it is."""
    name: Annotated[Line, Field(max_length=200)] = ""
    """Their own name."""
    text: Paragraph = ""
    """What an invitation says beside the usual."""


class Requested(BaseModel):
    """What became of it."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    result: Result
    """`done`; `asked`: the address was sent a message that has to be answered first; `waits`: the owner decides;
    `already`: there is nothing to do."""


async def make_request(parts: Parts, owner: Owner, author: Author, body: RequestFields) -> Requested:
    """Ask for somebody what they could ask by mail. To make somebody a member unasked, use `/members`.

    409 where the list is closed, and for an address that was sent three such messages today.
    """
    said = await parts.list_requests.ask(owner, Request(body.wish, body.address, body.name, body.text), author)
    result = _RESULTS.get(said.phrase)
    if result is not None:
        return Requested(result=result)
    if said.phrase == "unfit":
        raise Invalid(Problem(("address",), _in_words(owner.title, said)))
    raise Conflict(_in_words(owner.title, said, owner.address_of("owner")))


router.post(
    "",
    operation_id="request_membership",
    summary="Have somebody asked whether to join or leave a list",
    responses=answer(200, "It was asked for.", {"result": "asked"})
    | problems(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, *WITH_BODY),
    openapi_extra=body_example(REQUEST),
)(typed(make_request, body=strictly(RequestFields)))


def _in_words(title: str, said: Say, owner: str = "") -> str:
    return PHRASES["en"][said.phrase].format_map({"list": title, "owner": owner, **said.values})
