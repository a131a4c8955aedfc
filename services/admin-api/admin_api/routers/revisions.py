"""`/settings/revisions`: every state that the settings ever had, what changed, and the way back."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict

from admin_api.answers import answer, problems
from admin_api.auth import Author
from admin_api.examples import REVISION
from admin_api.json_body import JsonRoute
from admin_api.local_address import with_local_addresses
from admin_api.paging import DEFAULT_LIMIT, CursorText, Limit, Page, page_of, read_cursor
from admin_api.stores import Parts
from mailcore.db.settings_store import Revision, SettingChange
from mailcore.settings import RuntimeSettings

router = APIRouter(prefix="/settings/revisions", route_class=JsonRoute, tags=["settings"])

_MOST = 2**31 - 1

Number = Annotated[int, Path(ge=0, le=_MOST, description="The revision; 0: the defaults.", examples=[0])]
Other = Annotated[int, Query(ge=0, le=_MOST, description="The revision to compare with.", examples=[0])]


class Difference(BaseModel):
    """What differs between two revisions."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    changes: tuple[SettingChange, ...]
    """Each setting that differs: its value before, in the one, and after, in the other."""


@router.get(
    "",
    operation_id="list_settings_revisions",
    summary="List the revisions of the settings, newest first",
    responses=answer(200, "One page.", {"items": [REVISION], "next": None}) | problems(),
)
async def list_revisions(parts: Parts, limit: Limit = DEFAULT_LIMIT, cursor: CursorText = None) -> Page[Revision]:
    """Down to revision 0, the defaults."""
    return page_of(await parts.settings.revisions(read_cursor(cursor), limit))


@router.get(
    "/{number}",
    operation_id="get_settings_revision",
    summary="Read one revision of the settings",
    responses=answer(200, "It is this.", REVISION) | problems(404),
)
async def get_revision(parts: Parts, number: Number) -> Revision:
    """With everything that is set in it; defaults hold for the rest."""
    return await parts.settings.revision(number)


@router.get(
    "/{number}/diff",
    operation_id="diff_settings_revisions",
    summary="Compare two revisions of the settings",
    responses=answer(200, "What differs.", {"changes": REVISION["changes"]}) | problems(404),
)
async def diff_revisions(parts: Parts, number: Number, to: Other) -> Difference:
    """By the values that hold in each, defaults included."""
    return Difference(changes=await parts.settings.diff(number, to))


@router.post(
    "/{number}/restore",
    operation_id="restore_settings_revision",
    summary="Go back to a revision of the settings",
    responses=answer(200, "The revision that holds now.", REVISION) | problems(404),
)
async def restore_revision(parts: Parts, author: Author, number: Number) -> Revision:
    """Make a new revision that sets what that one did, unless it holds already."""
    wanted = await parts.settings.revision(number)
    for group, values in wanted.overrides.items():
        if (field := RuntimeSettings.model_fields.get(group)) and isinstance(field.annotation, type):
            await with_local_addresses(parts, field.annotation, values)
    snapshot = await parts.settings.restore(number, author)
    return await parts.settings.revision(snapshot.revision)
