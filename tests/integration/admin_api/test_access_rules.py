"""`/access-rules`: the manners of every entity, of one that is known by a number, and its order and gateway."""

from dataclasses import replace
from ipaddress import ip_address
from typing import Any

import httpx
import pytest

from mailcore.platform import Platform

RULE = {"kind": "ban", "match": "192.0.2.0/24"}
PATH = "/access-rules"


@pytest.fixture
def platform(platform: Platform) -> Platform:
    """Give a platform whose network has the gateway 172.18.0.1, whatever machine this is."""
    told = platform.environment.model_copy(update={"proxy_gateways": (ip_address("172.18.0.1"),)})
    return replace(platform, environment=told)


async def made(api: httpx.AsyncClient, **fields: Any) -> dict[str, Any]:
    answer = await api.post(PATH, json=RULE | fields)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def order(api: httpx.AsyncClient) -> list[str]:
    return [item["match"] for item in (await api.get(PATH)).json()["items"]]


def problems_of(answer: httpx.Response) -> list[list[str]]:
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert all(error["msg"] for error in answer.json()["errors"])
    return [error["loc"] for error in answer.json()["errors"]]


async def test_made_is_where_location_says(api: httpx.AsyncClient) -> None:
    answer = await api.post(PATH, json=RULE | {"comment": "a flood", "expires_at": "2030-01-01T09:00:00+09:00"})
    rule = answer.json()
    assert (answer.status_code, answer.headers["location"]) == (201, f"/api/v1{PATH}/{rule['id']}")
    assert rule == RULE | {
        "id": rule["id"],
        "position": 1,
        "comment": "a flood",
        "expires_at": "2030-01-01T00:00:00Z",
        "created_at": rule["created_at"],
        "updated_at": rule["updated_at"],
    }
    found = await api.get(f"{PATH}/{rule['id']}")
    assert (found.json(), found.headers["etag"]) == (rule, answer.headers["etag"])
    again = await api.get(f"{PATH}/{rule['id']}", headers={"If-None-Match": found.headers["etag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("192.0.2.77/24", "192.0.2.0/24"),
        ("2001:DB8::1", "2001:db8::1"),
        ("192.0.2.1-192.0.2.9", "192.0.2.1-192.0.2.9"),
        ("10.1.*.*", "10.1.*.*"),
        (".Example.NET", ".example.net"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
    ],
)
async def test_every_form_of_match(api: httpx.AsyncClient, written: str, stored: str) -> None:
    assert (await made(api, match=written))["match"] == stored


async def test_the_same_again_is_409(api: httpx.AsyncClient) -> None:
    await made(api)
    assert (await api.post(PATH, json=RULE | {"match": "192.0.2.9/24", "comment": "again"})).status_code == 409
    other = await made(api, match="192.0.2.1")
    assert (await api.patch(f"{PATH}/{other['id']}", json={"match": RULE["match"]})).status_code == 409


@pytest.mark.parametrize("key", ["7", "nonsense", "..", "飛脚", "99999999999999999999"])
async def test_what_is_not_there_is_404(api: httpx.AsyncClient, key: str) -> None:
    for answer in (
        await api.get(f"{PATH}/{key}"),
        await api.patch(f"{PATH}/{key}", json={"comment": "x"}),
        await api.delete(f"{PATH}/{key}"),
    ):
        assert answer.status_code == 404


@pytest.mark.parametrize(
    ("body", "loc"),
    [
        ({"kind": "ban"}, "match"),
        ({"match": "192.0.2.1"}, "kind"),
        (RULE | {"kind": "allow"}, "kind"),
        (RULE | {"match": "nonsense"}, "match"),
        (RULE | {"match": "192.0.2.9-192.0.2.1"}, "match"),
        (RULE | {"match": 7}, "match"),
        (RULE | {"kind": "relay", "match": ".example.net"}, "match"),
        (RULE | {"position": 0}, "position"),
        (RULE | {"position": "1"}, "position"),
        (RULE | {"expires_at": "tomorrow"}, "expires_at"),
        (RULE | {"expires_at": 1_900_000_000}, "expires_at"),
        (RULE | {"comment": "two\nlines"}, "comment"),
        (RULE | {"id": 7}, "id"),
        (RULE | {"colour": "red"}, "colour"),
    ],
)
async def test_what_is_not_allowed_is_named(api: httpx.AsyncClient, body: dict[str, Any], loc: str) -> None:
    assert problems_of(await api.post(PATH, json=body)) == [["body", loc]]
    assert await order(api) == []


async def test_what_is_allowed_is_told(api: httpx.AsyncClient) -> None:
    answer = await api.post(PATH, json=RULE | {"match": "mail.example.net"})
    assert "a host-name suffix such as .example.net" in answer.json()["errors"][0]["msg"]


async def test_they_are_listed_in_their_order_page_by_page(api: httpx.AsyncClient) -> None:
    for number in (3, 1, 2):
        await made(api, match=f"192.0.2.{number}")
    await made(api, match="192.0.2.9", position=1)
    first = (await api.get(PATH, params={"limit": 3})).json()
    second = (await api.get(PATH, params={"limit": 3, "cursor": first["next"]})).json()
    seen = [item["match"] for item in first["items"] + second["items"]]
    assert seen == ["192.0.2.9", "192.0.2.3", "192.0.2.1", "192.0.2.2"]
    assert [item["position"] for item in first["items"] + second["items"]] == [1, 2, 3, 4]
    assert second["next"] is None
    assert problems_of(await api.get(PATH, params={"cursor": "nonsense"})) == [["query", "cursor"]]


async def test_a_patch_of_the_position_reorders(api: httpx.AsyncClient) -> None:
    rules = [await made(api, match=f"192.0.2.{number}") for number in (1, 2, 3)]
    moved = await api.patch(f"{PATH}/{rules[2]['id']}", json={"position": 1})
    assert (moved.status_code, moved.json()["position"]) == (200, 1)
    assert await order(api) == ["192.0.2.3", "192.0.2.1", "192.0.2.2"]
    await api.patch(f"{PATH}/{rules[2]['id']}", json={"position": None})
    assert await order(api) == ["192.0.2.1", "192.0.2.2", "192.0.2.3"]
    assert (await api.delete(f"{PATH}/{rules[0]['id']}")).status_code == 204
    assert [item["position"] for item in (await api.get(PATH)).json()["items"]] == [1, 2]


async def test_if_match_refuses_what_has_changed_or_was_moved(api: httpx.AsyncClient) -> None:
    one = f"{PATH}/{(await made(api))['id']}"
    etag = (await api.get(one)).headers["etag"]
    await made(api, match="192.0.2.1", position=1)
    assert (await api.patch(one, json={"comment": "x"}, headers={"If-Match": etag})).status_code == 412
    etag = (await api.get(one)).headers["etag"]
    assert (await api.patch(one, json={"comment": "x"}, headers={"If-Match": etag})).status_code == 200
    assert (await api.delete(one, headers={"If-Match": etag})).status_code == 412


async def test_a_merge_patch_puts_fields_back(api: httpx.AsyncClient) -> None:
    rule = await made(api, comment="x", expires_at="2030-01-01T00:00:00Z")
    changed = (await api.patch(f"{PATH}/{rule['id']}", json={"comment": None, "expires_at": None})).json()
    assert (changed["comment"], changed["expires_at"]) == ("", None)
    for required in ("kind", "match"):
        assert problems_of(await api.patch(f"{PATH}/{rule['id']}", json={required: None})) == [["body", required]]


async def test_a_search_looks_into_matches_and_comments(api: httpx.AsyncClient) -> None:
    await made(api, comment="A flood")
    await made(api, match=".example.net")
    for q, found in (("flood", ["192.0.2.0/24"]), ("EXAMPLE", [".example.net"]), ("%", [])):
        assert [item["match"] for item in (await api.get(PATH, params={"q": q})).json()["items"]] == found


@pytest.mark.parametrize("kind", ["relay", "pass"])
async def test_whoever_vouches_for_the_gateway_must_insist(api: httpx.AsyncClient, kind: str) -> None:
    body = {"kind": kind, "match": "172.16.0.0/12"}
    for query in ("", "?force=false"):
        answer = await api.post(f"{PATH}{query}", json=body)
        assert problems_of(answer) == [["body", "match"]]
        assert "172.18.0.1" in answer.json()["detail"]
    insisted = await api.post(f"{PATH}?force=true", json=body)
    assert insisted.status_code == 201
    one = f"{PATH}/{insisted.json()['id']}"
    assert (await api.patch(one, json={"comment": "our own"})).status_code == 200
    assert problems_of(await api.patch(one, json={"match": "172.0.0.0/8"})) == [["body", "match"]]
    assert (await api.patch(f"{one}?force=true", json={"match": "172.0.0.0/8"})).status_code == 200


async def test_a_ban_of_the_gateway_needs_no_insisting(api: httpx.AsyncClient) -> None:
    rule = await made(api, match="172.18.0.1")
    assert problems_of(await api.patch(f"{PATH}/{rule['id']}", json={"kind": "pass"})) == [["body", "match"]]


async def test_every_change_is_in_the_audit_log(api: httpx.AsyncClient) -> None:
    rule = await made(api)
    one = f"{PATH}/{rule['id']}"
    changed = (await api.patch(one, json={"comment": "x"})).json()
    await api.delete(one)
    query = {"entity": "access_rule", "key": str(rule["id"])}
    entries = (await api.get("/audit", params=query)).json()["items"]
    told = [(entry["action"], entry["before"], entry["after"]) for entry in reversed(entries)]
    assert told == [("create", None, rule), ("update", rule, changed), ("delete", changed, None)]
