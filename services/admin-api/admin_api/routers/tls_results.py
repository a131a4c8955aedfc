"""`/tls-results`: how TLS towards other domains went, by day."""

import datetime as dt
from typing import Annotated, Any

from fastapi import APIRouter, Query

from admin_api.answers import answer, problems
from admin_api.json_body import JsonRoute
from admin_api.paging import DEFAULT_LIMIT, CursorText, Limit, Page, Text, page_of, read_cursor
from admin_api.stores import Parts
from mailcore.db.tls_results import TlsResult

router = APIRouter(route_class=JsonRoute, tags=["queue"])

_RESULT: dict[str, Any] = {
    "day": "2026-03-01",
    "domain": "example.org",
    "policy_type": "sts",
    "policy": ["version: STSv1", "mode: enforce", "mx: mx.example.org", "max_age: 604800"],
    "mx_host": "mx.example.org",
    "receiving_ip": "192.0.2.25",
    "sending_ip": "198.51.100.25",
    "result_type": "certificate-expired",
    "reason": "the TLS handshake failed: certificate has expired",
    "count": 7,
}


@router.get(
    "/tls-results",
    operation_id="list_tls_results",
    summary="List how TLS towards other domains went, the newest day first",
    responses=answer(200, "One page.", {"items": [_RESULT], "next": None}) | problems(),
)
async def list_tls_results(
    *,
    parts: Parts,
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorText = None,
    day: Annotated[dt.date | None, Query(description="Only this day, in UTC.")] = None,
    domain: Annotated[Text | None, Query(max_length=255, description="Only mail for this domain (A-labels).")] = None,
    failed: Annotated[bool | None, Query(description="Only what was not as it has to be, or only what was.")] = None,
) -> Page[TlsResult]:
    """Sessions counted by policy, server and result, in the words of RFC 8460; written every ten seconds."""
    found = await parts.tls_results.list(read_cursor(cursor), limit, day=day, domain=domain, failed=failed)
    return page_of(found)
