"""`/trash`: what lies in the server's trash, read, released and purged."""

import asyncio
from dataclasses import replace

import httpx
import pytest
from sqlalchemy import select
from tests.builders import MESSAGE, an_incoming

from mailcore.bus.interface import Delivery
from mailcore.bus.topology import INCOMING
from mailcore.db import trash
from mailcore.db.content_refs import incoming_holder
from mailcore.db.tables import content_ref
from mailcore.db.trash import TrashEntry
from mailcore.mail.incoming import encode
from mailcore.platform import Platform

MAIL = an_incoming("飛脚@example.com", "ayumi@example.com")
ENTRY = TrashEntry(
    id="entry/1",
    message_id=str(MAIL.id),
    at=1_767_225_600.0,
    reason="the client is banned",
    client_ip="192.0.2.1",
    sender="bob@example.net",
    recipients=("飛脚@example.com", "ayumi@example.com"),
    size=MAIL.size,
    content=None,
    body=encode(MAIL),
)
ONE = "/trash/entry%2F1"

pytestmark = pytest.mark.usefixtures("trashed")


@pytest.fixture
async def trashed(platform: Platform) -> None:
    """Put two messages there."""
    async with platform.database.transaction() as connection:
        await trash.put(connection, ENTRY)
        await trash.put(connection, replace(ENTRY, id="entry-2", at=ENTRY.at + 1))


async def test_they_are_listed_newest_first_page_by_page(api: httpx.AsyncClient) -> None:
    first = (await api.get("/trash", params={"limit": 1})).json()
    second = (await api.get("/trash", params={"limit": 1, "cursor": first["next"]})).json()
    assert [page["items"][0]["id"] for page in (first, second)] == ["entry-2", "entry/1"]
    assert second["next"] is None
    assert (await api.get("/trash", params={"cursor": "bm9uc2Vuc2U"})).status_code == 422


async def test_one_is_shown_with_its_envelope(api: httpx.AsyncClient) -> None:
    assert (await api.get(ONE)).json() == {
        "id": "entry/1",
        "message_id": str(MAIL.id),
        "at": "2026-01-01T00:00:00Z",
        "reason": "the client is banned",
        "client_ip": "192.0.2.1",
        "sender": "bob@example.net",
        "recipients": ["飛脚@example.com", "ayumi@example.com"],
        "size": len(MESSAGE),
    }


async def test_its_octets_are_those_that_came(api: httpx.AsyncClient) -> None:
    answer = await api.get(f"{ONE}/content")
    assert (answer.headers["content-type"], answer.content) == ("message/rfc822", MESSAGE)
    assert answer.headers["content-disposition"] == "attachment"


async def test_a_large_one_is_read_from_the_content_store(api: httpx.AsyncClient, platform: Platform) -> None:
    octets = b"Subject: big\r\n\r\n" + b"x" * 200_000
    writer = await platform.content.create()
    await writer.write(octets)
    content = await writer.commit()
    body = encode(an_incoming("ayumi@example.com", content=content))
    async with platform.database.transaction() as connection:
        await trash.put(connection, replace(ENTRY, id="big", content=content.key, body=body))
    assert (await api.get("/trash/big/content")).content == octets
    assert (await api.post("/trash/big/release")).status_code == 204
    async with platform.database.read() as connection:
        holders = set((await connection.execute(select(content_ref.c.holder))).scalars())
    assert incoming_holder(MAIL.id) in holders


async def test_a_released_one_is_on_its_queue_and_no_more_in_the_trash(
    api: httpx.AsyncClient, platform: Platform
) -> None:
    taken: list[Delivery] = []

    async def take(delivery: Delivery) -> None:
        taken.append(delivery)
        await delivery.done()

    assert (await api.post(f"{ONE}/release")).status_code == 204
    consumer = await platform.bus.consume(INCOMING, take, prefetch=1)
    async with asyncio.timeout(5):
        while not taken:
            await asyncio.sleep(0.01)
    await consumer.stop(1)
    assert [(delivery.id, delivery.body) for delivery in taken] == [(str(MAIL.id), ENTRY.body)]
    assert (await api.get(ONE)).status_code == 404
    assert (await api.post(f"{ONE}/release")).status_code == 404
    (entry,) = (await api.get("/audit", params={"entity": "trash"})).json()["items"]
    assert (entry["action"], entry["key"], entry["after"]) == ("update", "entry/1", {"released": True})


async def test_a_purged_one_is_gone(api: httpx.AsyncClient) -> None:
    assert (await api.delete(ONE)).status_code == 204
    for answer in (await api.get(ONE), await api.get(f"{ONE}/content"), await api.delete(ONE)):
        assert answer.status_code == 404
    assert [item["id"] for item in (await api.get("/trash")).json()["items"]] == ["entry-2"]
    (entry,) = (await api.get("/audit", params={"entity": "trash"})).json()["items"]
    assert (entry["action"], entry["before"]["sender"], entry["after"]) == ("delete", "bob@example.net", None)


async def test_all_of_it_is_purged_at_once(api: httpx.AsyncClient) -> None:
    for _ in range(2):
        assert (await api.delete("/trash")).status_code == 204
    assert (await api.get("/trash")).json()["items"] == []
    (entry,) = (await api.get("/audit", params={"entity": "trash"})).json()["items"]
    assert (entry["action"], entry["key"], entry["before"]) == ("delete", "*", {"messages": 2})
