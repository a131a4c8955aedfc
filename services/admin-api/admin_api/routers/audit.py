"""`/audit`: who changed what, when, and how it was before and after."""

from typing import Annotated

from fastapi import APIRouter, Query

from admin_api.answers import answer, problems
from admin_api.examples import AUDIT_ENTRY
from admin_api.json_body import JsonRoute
from admin_api.paging import DEFAULT_LIMIT, CursorText, Limit, Page, Text, page_of, read_cursor
from admin_api.stores import Parts
from mailcore.db.audit_log import AuditEntry

router = APIRouter(route_class=JsonRoute, tags=["audit"])


@router.get(
    "/audit",
    operation_id="list_audit",
    summary="List the changes that were made, newest first",
    responses=answer(200, "One page.", {"items": [AUDIT_ENTRY], "next": None}) | problems(),
)
async def list_audit(
    *,
    parts: Parts,
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorText = None,
    author: Annotated[Text | None, Query(max_length=320, description="Only what this token changed.")] = None,
    entity: Annotated[Text | None, Query(max_length=64, description="Only this kind of thing.")] = None,
    key: Annotated[Text | None, Query(max_length=320, description="Only the thing of this key.")] = None,
) -> Page[AuditEntry]:
    """Secrets are not in it: of a password it says only that it changed."""
    return page_of(await parts.audit.list(read_cursor(cursor), limit, author=author, entity=entity, key=key))
