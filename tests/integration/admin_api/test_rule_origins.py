"""Header rules tried on a message of which something was found out where it is from."""

from typing import Any

import httpx
import pytest
from tests.integration.admin_api.test_header_rules import PATH, SAMPLE


@pytest.fixture
async def api(api: httpx.AsyncClient) -> httpx.AsyncClient:
    """Give a client of a system with the account ada in example.com."""
    assert (await api.post("/domains", json={"name": "example.com"})).status_code == 201
    assert (await api.post("/accounts", json={"address": "ada@example.com"})).status_code == 201
    return api


@pytest.mark.parametrize(
    ("verdict", "origin", "applies"),
    [
        ({"name": "dmarc", "value": "unexamined"}, None, True),
        ({"name": "dmarc", "value": "fail"}, None, False),
        ({"name": "dmarc", "value": "fail"}, {"dmarc": "fail"}, True),
        ({"name": "dmarc_policy", "value": "reject"}, {"dmarc": "fail", "dmarc_policy": "reject"}, True),
        ({"name": "spf", "value": "softfail"}, {"spf": "softfail"}, True),
        ({"name": "dkim", "value": "none"}, {"spf": "softfail"}, True),
        ({"name": "dkim", "value": "pass"}, {"dkim": "pass"}, True),
        ({"name": "arc", "value": "pass"}, {"arc": "pass"}, True),
        ({"name": "aligned"}, {"aligned": True}, True),
        ({"name": "aligned"}, {"dkim": "pass"}, False),
    ],
)
async def test_where_it_is_from(
    api: httpx.AsyncClient, verdict: dict[str, Any], origin: dict[str, Any] | None, *, applies: bool
) -> None:
    rule = {"name": "x", "when": [{"kind": "verdict", **verdict}], "actions": [{"kind": "stop"}]}
    result = (await api.post(f"{PATH}/try", json=SAMPLE | {"rules": [rule], "origin": origin})).json()
    assert bool(result["targets"][0]["applied"]) is applies
