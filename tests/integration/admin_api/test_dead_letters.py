import asyncio

import httpx
import pytest
from tests.builders import an_incoming

from mailcore.bus.interface import Delivery
from mailcore.bus.topology import INCOMING, OUTBOUND
from mailcore.db import dead_letters
from mailcore.db.dead_letters import DeadLetter
from mailcore.mail import incoming
from mailcore.platform import Platform

MAIL = an_incoming("飛脚@example.com", "ayumi@example.com")
BODY = incoming.encode(MAIL)


pytestmark = pytest.mark.usefixtures("dead")


@pytest.fixture
async def dead(platform: Platform) -> None:
    """Put four letters there: a message, a body that is none, and two hints."""
    async with platform.database.transaction() as connection:
        for letter in (
            DeadLetter("letter/1", INCOMING, str(MAIL.id), BODY, 5, "ValueError: why\0not", 1_767_225_600.0),
            DeadLetter("letter-2", INCOMING, None, b"\xff\x00", 5, "Malformed", 1_767_225_601.0),
            DeadLetter("letter-3", OUTBOUND, None, b"hint", 5, "KeyError", 1_767_225_602.0),
            DeadLetter("letter-4", OUTBOUND, None, b"hint", 5, "KeyError", 1_767_225_602.0),
        ):
            await dead_letters.put(connection, letter)


async def test_they_are_listed_newest_first_page_by_page(api: httpx.AsyncClient) -> None:
    first = (await api.get("/queue/dead-letters", params={"limit": 3})).json()
    second = (await api.get("/queue/dead-letters", params={"limit": 3, "cursor": first["next"]})).json()
    ids = [item["id"] for item in first["items"] + second["items"]]
    assert ids == ["letter-4", "letter-3", "letter-2", "letter/1"]
    assert second["next"] is None


async def test_one_is_shown_with_its_envelope(api: httpx.AsyncClient) -> None:
    answer = await api.get("/queue/dead-letters/letter%2F1")
    assert answer.json() == {
        "id": "letter/1",
        "at": "2026-01-01T00:00:00Z",
        "queue": INCOMING,
        "message_id": str(MAIL.id),
        "attempt": 5,
        "reason": "ValueError: why␀not",
        "sender": "bob@example.net",
        "recipients": ["飛脚@example.com", "ayumi@example.com"],
        "size": MAIL.size,
    }
    unreadable = (await api.get("/queue/dead-letters/letter-2")).json()
    assert (unreadable["sender"], unreadable["recipients"], unreadable["size"]) == (None, [], 2)


async def test_a_replayed_one_is_on_its_queue_under_its_id(api: httpx.AsyncClient, platform: Platform) -> None:
    taken: list[Delivery] = []

    async def take(delivery: Delivery) -> None:
        taken.append(delivery)
        await delivery.done()

    assert (await api.post("/queue/dead-letters/letter%2F1/replay")).status_code == 204
    consumer = await platform.bus.consume(INCOMING, take, prefetch=4)
    async with asyncio.timeout(10):
        while not taken:
            await asyncio.sleep(0.02)
    await consumer.stop(1)
    assert [(each.id, each.body, each.attempt) for each in taken] == [(str(MAIL.id), BODY, 1)]
    assert (await api.get("/queue/dead-letters/letter%2F1")).status_code == 404
    (entry,) = (await api.get("/audit", params={"entity": "dead_letter"})).json()["items"]
    assert (entry["key"], entry["after"]) == ("letter/1", {"replayed_to": INCOMING})


async def test_all_are_replayed_at_once_beyond_one_portion(api: httpx.AsyncClient, platform: Platform) -> None:
    more = [f"more-{number}" for number in range(120)]
    async with platform.database.transaction() as connection:
        for number, name in enumerate(more):
            letter = DeadLetter(name, OUTBOUND, None, b"hint", 5, "KeyError", 1_767_225_500.0 + number // 3)
            await dead_letters.put(connection, letter)
    assert (await api.post("/queue/dead-letters/replay")).json() == {"count": 124}
    assert (await api.get("/queue/dead-letters")).json()["items"] == []
    assert (await platform.bus.backlog(INCOMING), await platform.bus.backlog(OUTBOUND)) == (2, 122)
    assert (await api.post("/queue/dead-letters/replay")).json() == {"count": 0}
    noted = (await api.get("/audit", params={"entity": "dead_letter", "limit": 200})).json()["items"]
    assert len({entry["key"] for entry in noted}) == 124


async def test_a_discarded_one_is_gone_and_noted(api: httpx.AsyncClient) -> None:
    before = (await api.get("/queue/dead-letters/letter-2")).json()
    assert (await api.delete("/queue/dead-letters/letter-2")).status_code == 204
    assert (await api.get("/queue/dead-letters/letter-2")).status_code == 404
    (entry,) = (await api.get("/audit", params={"entity": "dead_letter"})).json()["items"]
    assert (entry["action"], entry["before"], entry["after"]) == ("delete", before, None)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/queue/dead-letters/letter-9", 404),
        ("DELETE", "/queue/dead-letters/letter-9", 404),
        ("POST", "/queue/dead-letters/letter-9/replay", 404),
        ("GET", "/queue/dead-letters?cursor=eA", 422),
    ],
)
async def test_what_is_not_there(api: httpx.AsyncClient, method: str, path: str, status: int) -> None:
    assert (await api.request(method, path)).status_code == status
