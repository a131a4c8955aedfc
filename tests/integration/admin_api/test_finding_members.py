"""Lists and members are found: by what they are called, and members by what they are and get."""

from typing import Any

import httpx
import pytest
from sqlalchemy import update

from mailcore.db.tables import list_member
from mailcore.platform import Platform

MEMBERS = "/lists/birds@example.com/members"


@pytest.fixture(autouse=True)
async def _domain(example_com: str) -> None:
    assert example_com == "example.com"


async def made(api: httpx.AsyncClient, address: str = "birds@example.com", **fields: Any) -> None:
    body = {"address": address, "name": "birds", "owner": "olga@example.org", **fields}
    assert (await api.post("/lists", json=body)).status_code == 201


async def test_lists_and_members_are_found_by_what_they_are_called(api: httpx.AsyncClient) -> None:
    await made(api, display_name="野鳥の会")
    await made(api, "fish@example.com", name="aquarium")
    for address, name in (("heron@example.org", "青鷺"), ("egret@example.org", "Little Egret"), ("x@example.org", "")):
        assert (await api.post(MEMBERS, json={"address": address, "name": name})).status_code == 201

    async def found(path: str, q: str) -> list[str]:
        return [one["address"] for one in (await api.get(path, params={"q": q})).json()["items"]]

    assert await found("/lists", "野鳥") == ["birds@example.com"]
    assert await found("/lists", "AQUA") == ["fish@example.com"]
    assert await found("/lists", "fish@") == ["fish@example.com"]
    assert await found(MEMBERS, "青鷺") == ["heron@example.org"]
    assert await found(MEMBERS, "little e") == ["egret@example.org"]
    assert await found(MEMBERS, "x@ex") == ["x@example.org"]
    assert await found(MEMBERS, "nobody") == []


async def test_members_are_found_by_what_they_are_and_get(api: httpx.AsyncClient, platform: Platform) -> None:
    await made(api)
    for address, fields in (
        ("a@example.org", {"role": "moderator"}),
        ("b@example.org", {"delivery": "off"}),
        ("c@example.org", {"delivery": "off"}),
        ("d@example.org", {"delivery": "digest", "role": "moderator"}),
    ):
        assert (await api.post(MEMBERS, json={"address": address, **fields})).status_code == 201
    async with platform.database.transaction() as connection:
        await connection.execute(
            update(list_member).where(list_member.c.address == "c@example.org").values(suspended=True)
        )

    async def found(**wanted: str) -> str:
        items = (await api.get(MEMBERS, params=wanted)).json()["items"]
        return "".join(one["address"][0] for one in items)

    assert await found(role="moderator") == "ad"
    assert await found(role="moderator", delivery="on") == "a"
    assert await found(delivery="off") == "bc"
    assert await found(suspended="true") == "c"
    assert await found(suspended="false", delivery="off") == "b"
    assert await found(role="owner") == ""
    first = (await api.get(MEMBERS, params={"role": "moderator", "limit": 1})).json()
    assert await found(role="moderator", cursor=first["next"]) == "d"
    answer = await api.get(MEMBERS, params={"role": "boss"})
    assert answer.json()["errors"][0]["loc"] == ["query", "role"]
