"""`/tls-results` over REST."""

import httpx

from mailcore.db import tls_results
from mailcore.db.tls_results import Outcome
from mailcore.platform import Platform


async def test_results_are_listed_with_filters(api: httpx.AsyncClient, platform: Platform) -> None:
    good = Outcome(20_000, "example.org", "tlsa", "3 1 1 AB")
    bad = Outcome(
        20_001, "example.net", "no-policy-found", result_type="starttls-not-supported", mx_host="mx.example.net"
    )
    async with platform.database.transaction() as conn:
        await tls_results.add(conn, {good: 3, bad: 1})
    listed = await api.get("/tls-results")
    assert [one["domain"] for one in listed.json()["items"]] == ["example.net", "example.org"]
    (found,) = (await api.get("/tls-results?day=2024-10-04&failed=false")).json()["items"]
    assert (found["policy"], found["count"], found["result_type"], found["mx_host"]) == (["3 1 1 AB"], 3, None, None)
    assert (await api.get("/tls-results?domain=example.com")).json() == {"items": [], "next": None}
    assert (await api.get("/tls-results?cursor=none")).status_code == 422
