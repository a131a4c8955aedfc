import asyncio
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from mailcore.db.tokens import TokenStore
from mailcore.errors import Conflict
from mailcore.platform import Platform

NewClient = Callable[[str | None], httpx.AsyncClient]


async def made(api: httpx.AsyncClient, name: str, *scopes: str) -> dict[str, Any]:
    answer = await api.post("/tokens", json={"name": name, "scopes": list(scopes)})
    assert answer.status_code == 201, answer.text
    document: dict[str, Any] = answer.json()
    return document


async def test_the_secret_is_shown_once(api: httpx.AsyncClient, new_client: NewClient) -> None:
    answer = await api.post("/tokens", json={"name": "飛脚", "scopes": ["read", "write"]})
    secret = answer.json()["token"]
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json()["scopes"] == ["read", "write"]
    for path in (f"http://api.test{answer.headers['location']}", "/tokens", "/audit"):
        found = await api.get(path)
        assert found.status_code == 200
        assert "飛脚" in found.text
        assert secret not in found.text
    assert (await new_client(secret).get("/domains")).status_code == 200


async def test_its_name_is_the_author(api: httpx.AsyncClient, new_client: NewClient) -> None:
    secret = (await made(api, "console", "write"))["token"]
    await new_client(secret).post("/domains", json={"name": "example.com"})
    (entry,) = (await api.get("/audit", params={"author": "console"})).json()["items"]
    assert (entry["action"], entry["key"]) == ("create", "example.com")


async def test_a_revoked_one_is_refused_within_a_second(api: httpx.AsyncClient, new_client: NewClient) -> None:
    token = await made(api, "console", "read")
    client = new_client(token["token"])
    assert (await client.get("/domains")).status_code == 200
    assert (await api.delete(f"/tokens/{token['id']}")).status_code == 204
    began = time.monotonic()
    while (await client.get("/domains")).status_code == 200:
        assert time.monotonic() - began < 1
        await asyncio.sleep(0.02)
    assert (await api.get(f"/tokens/{token['id']}")).status_code == 404
    assert (await api.delete(f"/tokens/{token['id']}")).status_code == 404


async def test_the_last_that_opens_everything_stays(api: httpx.AsyncClient) -> None:
    (first,) = (await api.get("/tokens")).json()["items"]
    assert (await api.delete(f"/tokens/{first['id']}")).status_code == 409
    soon = await api.post(
        "/tokens", json={"name": "soon", "scopes": ["admin"], "expires_at": "2999-01-01T00:00:00+09:00"}
    )
    assert soon.status_code == 201
    assert (await api.delete(f"/tokens/{first['id']}")).status_code == 204


async def test_two_that_revoke_each_other_cannot_both(api: httpx.AsyncClient, platform: Platform) -> None:
    (first,) = (await api.get("/tokens")).json()["items"]
    second = await made(api, "second", "admin")
    store = TokenStore(platform.database)
    results = await asyncio.gather(
        store.revoke(first["id"], "second"), store.revoke(second["id"], "environment"), return_exceptions=True
    )
    assert [type(result) for result in results if result is not None] == [Conflict]


@pytest.mark.parametrize(
    ("body", "key"),
    [
        ({"name": "a"}, "scopes"),
        ({"name": "a", "scopes": []}, "scopes"),
        ({"name": "a", "scopes": ["everything"]}, "scopes"),
        ({"name": "", "scopes": ["read"]}, "name"),
        ({"name": "a\nb", "scopes": ["read"]}, "name"),
        ({"name": "environment", "scopes": ["read"]}, "name"),
        ({"name": "a", "scopes": ["read"], "expires_at": "2001-01-01T00:00:00Z"}, "expires_at"),
        ({"name": "a", "scopes": ["read"], "expires_at": "0001-01-01T00:00:00+14:00"}, "expires_at"),
        ({"name": "a", "scopes": ["read"], "expires_at": "9999-12-31T23:59:59-12:00"}, "expires_at"),
        ({"name": "a", "scopes": ["read"], "expires_at": "2999-01-01T00:00:00"}, "expires_at"),
        ({"name": "a", "scopes": ["read"], "expires_at": "9999999999"}, "expires_at"),
        ({"name": "a", "scopes": ["read"], "expires_at": 9999999999}, "expires_at"),
    ],
)
async def test_what_is_not_allowed_is_422(api: httpx.AsyncClient, body: dict[str, Any], key: str) -> None:
    answer = await api.post("/tokens", json=body)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["loc"][:2] == ["body", key]


async def test_a_scope_named_twice_is_named(api: httpx.AsyncClient) -> None:
    answer = await api.post("/tokens", json={"name": "console", "scopes": ["read", "read"]})
    assert (answer.status_code, answer.json()["scopes"]) == (201, ["read"])


async def test_a_name_is_taken_once(api: httpx.AsyncClient) -> None:
    await made(api, "console", "read")
    assert (await api.post("/tokens", json={"name": "console", "scopes": ["read"]})).status_code == 409


async def test_they_come_page_by_page(api: httpx.AsyncClient) -> None:
    for name in ("b", "a", "c"):
        await made(api, name, "read")
    first = (await api.get("/tokens", params={"limit": 2})).json()
    second = (await api.get("/tokens", params={"limit": 2, "cursor": first["next"]})).json()
    assert [item["name"] for item in first["items"] + second["items"]] == ["environment", "b", "a", "c"]
    assert second["next"] is None
    for path in ("/tokens?cursor=eA", "/tokens/0", "/tokens/9223372036854775808", "/tokens/x"):
        assert (await api.get(path)).status_code == 422
    assert (await api.get("/tokens/9223372036854775807")).status_code == 404
