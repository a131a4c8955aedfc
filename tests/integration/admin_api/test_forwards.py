"""`/accounts/{address}/forwards`: an ordered list that belongs to an account."""

from typing import Any
from urllib.parse import quote

import httpx
import pytest

FORWARDS = "/accounts/ada@example.com/forwards"


@pytest.fixture(autouse=True)
async def _accounts(api: httpx.AsyncClient, example_com: str) -> None:
    for address in ("ada", "bea", "飛脚"):
        answer = await api.post("/accounts", json={"address": f"{address}@{example_com}"})
        assert answer.status_code == 201, answer.text
    await api.post("/aliases", json={"address": f"me@{example_com}", "to": [f"ada@{example_com}"]})


async def made(api: httpx.AsyncClient, *to: str, **fields: Any) -> dict[str, Any]:
    answer = await api.post(FORWARDS, json={"to": to, **fields})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def test_one_is_made_read_changed_and_removed(api: httpx.AsyncClient) -> None:
    answer = await api.post(FORWARDS, json={"to": ["BEA@Example.COM", "Ken@example.org", "ken@example.org"]})
    assert answer.status_code == 201
    forward = answer.json()
    assert answer.headers["Location"] == f"/api/v1{FORWARDS}/{forward['id']}"
    assert {name: forward[name] for name in ("to", "keep_copy", "only_from", "content", "enabled", "position")} == {
        "to": ["bea@example.com", "Ken@example.org", "ken@example.org"],
        "keep_copy": True,
        "only_from": [],
        "content": "full",
        "enabled": True,
        "position": 1,
    }
    one = f"{FORWARDS}/{forward['id']}"
    etag = (await api.get(one)).headers["ETag"]
    changed = await api.patch(one, json={"content": "subject", "only_from": ["@EXAMPLE.net"]})
    assert (changed.json()["content"], changed.json()["only_from"]) == ("subject", ["@EXAMPLE.net"])
    assert (await api.patch(one, json={"enabled": False}, headers={"If-Match": etag})).status_code == 412
    assert (await api.delete(one)).status_code == 204
    assert (await api.get(one)).status_code == 404


async def test_they_are_in_an_order_of_their_own(api: httpx.AsyncClient) -> None:
    first, second = await made(api, "a@example.org"), await made(api, "b@example.org")
    third = await made(api, "c@example.org", position=1)
    assert (await api.post("/accounts/bea@example.com/forwards", json={"to": ["d@example.org"]})).status_code == 201
    await api.patch(f"{FORWARDS}/{first['id']}", json={"position": 3})
    page = (await api.get(FORWARDS, params={"limit": 2})).json()
    assert [one["id"] for one in page["items"]] == [third["id"], second["id"]]
    rest = (await api.get(FORWARDS, params={"cursor": page["next"]})).json()
    assert [(one["id"], one["position"]) for one in rest["items"]] == [(first["id"], 3)]
    assert [one["to"] for one in (await api.get(FORWARDS, params={"q": "B@EXAMPLE"})).json()["items"]] == [
        ["b@example.org"]
    ]


@pytest.mark.parametrize(
    ("body", "loc"),
    [
        ({"to": ["ada@example.com"]}, ["body", "to", 0]),
        ({"to": ["ken@example.org", "ADA+news@example.com"]}, ["body", "to", 1]),
        ({"to": ["me@example.com"]}, ["body", "to", 0]),
        ({"to": ["nobody@example.com"]}, ["body", "to", 0]),
        ({"to": ["no address"]}, ["body", "to", 0]),
        ({"to": []}, ["body", "to"]),
        ({"to": ["ken@example.org"] * 101}, ["body", "to"]),
        ({"to": ["ken@example.org"], "only_from": [""]}, ["body", "only_from", 0]),
        ({"to": ["ken@example.org"], "content": "nothing"}, ["body", "content"]),
        ({}, ["body", "to"]),
    ],
)
async def test_what_is_not_allowed_is_named(api: httpx.AsyncClient, body: dict[str, Any], loc: list[Any]) -> None:
    answer = await api.post(FORWARDS, json=body)
    assert answer.status_code == 422, answer.text
    assert loc in [error["loc"] for error in answer.json()["errors"]]


async def test_any_script_will_do(api: httpx.AsyncClient) -> None:
    path = f"/accounts/{quote('飛脚@example.com')}/forwards"
    answer = await api.post(path, json={"to": ["伝言@例え.example"], "only_from": ["飛脚"]})
    assert answer.status_code == 201, answer.text
    assert (answer.json()["to"], answer.json()["only_from"]) == (["伝言@xn--r8jz45g.example"], ["飛脚"])
    assert answer.headers["Location"].startswith(f"/api/v1{path}/")


async def test_nobody_has_more_than_a_hundred(api: httpx.AsyncClient) -> None:
    for number in range(100):
        await made(api, f"{number}@example.org")
    assert (await api.post(FORWARDS, json={"to": ["one@example.org"]})).status_code == 409


async def test_they_are_of_an_account_and_go_with_it(api: httpx.AsyncClient) -> None:
    forward = await made(api, "ken@example.org")
    assert (await api.get(f"/accounts/bea@example.com/forwards/{forward['id']}")).status_code == 404
    assert (await api.delete(f"/accounts/bea@example.com/forwards/{forward['id']}")).status_code == 404
    for request in (api.get("/accounts/nobody@example.com/forwards"), api.get("/accounts/x@y.test/forwards/1")):
        assert (await request).status_code == 404
    assert (await api.delete("/accounts/ada@example.com")).status_code == 204
    await api.post("/accounts", json={"address": "ada@example.com"})
    assert (await api.get(FORWARDS)).json()["items"] == []


async def test_the_audit_log_says_whose_it_is(api: httpx.AsyncClient) -> None:
    forward = await made(api, "ken@example.org")
    newest = (await api.get("/audit")).json()["items"][0]
    assert (newest["entity"], newest["key"], newest["action"]) == (
        "forward",
        f"ada@example.com/{forward['id']}",
        "create",
    )
