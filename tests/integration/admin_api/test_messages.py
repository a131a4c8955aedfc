import asyncio
from uuid import UUID

import httpx
import msgspec
import pytest

from mailcore import events
from mailcore.platform import Platform
from mailcore.trace import Trace, TraceEvent, TraceRecipient

NOON = 1_767_225_600.0
"""2026-01-01T00:00:00Z."""


def an_id(n: int) -> UUID:
    return UUID(int=(0x018F << 112) | (0x7 << 76) | (0b10 << 62) | n)


def accepted(n: int, sender: str, recipient: str) -> Trace:
    at = NOON + n * 60
    return Trace(
        message_id=an_id(n),
        service="ingress",
        at=at,
        outcome=events.ACCEPTED,
        settings_revision=4,
        client_ip=f"192.0.2.{n}",
        sender=sender,
        header_message_id=f"<m{n}@example.org>",
        recipients=(TraceRecipient(recipient, events.ACCEPTED),),
        events=(
            TraceEvent(at, "connect", events.CONNECTED),
            TraceEvent(at + 3, "rcpt", events.RECIPIENT_ACCEPTED, reply="250 2.1.5 Ok", recipient=recipient),
        ),
    )


def delivered(n: int, recipient: str) -> Trace:
    at = NOON + n * 60 + 1
    return Trace(
        message_id=an_id(n),
        service="processor",
        at=at,
        outcome=events.DELIVERED,
        settings_revision=5,
        recipients=(TraceRecipient(recipient, events.DELIVERED),),
        events=(TraceEvent(at + 1, "execute", events.STORED, decided_by="store_local", detail={"folder": "new"}),),
    )


pytestmark = pytest.mark.usefixtures("told")


@pytest.fixture
async def told(api: httpx.AsyncClient, platform: Platform) -> None:
    """Trace four messages: two delivered, one accepted, one refused."""
    refused = Trace(
        message_id=an_id(4),
        service="ingress",
        at=NOON + 240,
        outcome=events.REFUSED,
        settings_revision=5,
        client_ip="2001:db8::7",
        sender="",
        recipients=(TraceRecipient("飛脚@example.com", events.REFUSED),),
        events=(
            TraceEvent(
                NOON + 240,
                "rcpt",
                events.RECIPIENT_REFUSED,
                decided_by="recipient_exists",
                reply="550 5.1.1 No such mailbox here",
                recipient="飛脚@example.com",
            ),
        ),
    )
    for trace in (
        accepted(1, "ken@example.org", "ayumi@example.com"),
        delivered(1, "ayumi@example.com"),
        accepted(2, "Ken@Example.org", "bob@example.com"),
        accepted(3, "eve@example.net", "ayumi@example.com"),
        delivered(3, "ayumi@example.com"),
        refused,
    ):
        platform.tracer.record(trace)
    async with asyncio.timeout(10):
        while (
            len((await api.get("/messages")).json()["items"]) < 4
            or (await api.get("/messages", params={"outcome": "delivered"})).json()["items"] == []
        ):
            await asyncio.sleep(0.05)


async def found(api: httpx.AsyncClient, **wanted: str) -> list[int]:
    answer = await api.get("/messages", params=wanted)
    assert answer.status_code == 200, answer.text
    return [UUID(item["id"]).int & 0xFF for item in answer.json()["items"]]


async def test_they_are_searched_newest_first(api: httpx.AsyncClient) -> None:
    assert await found(api) == [4, 3, 2, 1]
    assert await found(api, sender="ken@example.org") == [2, 1]
    assert await found(api, recipient="AYUMI@example.com") == [3, 1]
    assert await found(api, recipient="飛脚@example.com") == [4]
    assert await found(api, client_ip="192.0.2.2") == [2]
    assert await found(api, client_ip="2001:db8::7") == [4]
    assert await found(api, message_id="<m3@example.org>") == [3]
    assert await found(api, message_id=str(an_id(2))) == [2]
    assert await found(api, outcome="refused") == [4]
    assert await found(api, outcome="delivered") == [3, 1]
    assert await found(api, since="2026-01-01T00:02:00Z", until="2026-01-01T00:04:00Z") == [3, 2]
    assert await found(api, since="2026-01-01T09:03:00+09:00") == [4, 3]
    assert await found(api, sender="ken@example.org", recipient="bob@example.com") == [2]
    assert await found(api, sender="nobody@example.org") == []


@pytest.mark.parametrize("outcome", [events.FAILED, events.QUEUED, events.INCOMPLETE, events.DEFERRED, events.DEAD])
async def test_whatever_became_of_one_can_be_searched_for(
    api: httpx.AsyncClient, platform: Platform, outcome: str
) -> None:
    recipient = TraceRecipient("bea@example.org", outcome)
    platform.tracer.record(msgspec.structs.replace(delivered(5, ""), outcome=outcome, recipients=(recipient,)))
    async with asyncio.timeout(10):
        while await found(api, outcome=outcome) != [5]:
            await asyncio.sleep(0.05)
    assert await found(api, outcome=outcome, recipient="bea@example.org") == [5]


async def test_they_come_page_by_page(api: httpx.AsyncClient) -> None:
    first = (await api.get("/messages", params={"limit": 3})).json()
    second = (await api.get("/messages", params={"limit": 3, "cursor": first["next"]})).json()
    assert [len(first["items"]), len(second["items"]), second["next"]] == [3, 1, None]


async def test_one_tells_its_whole_story(api: httpx.AsyncClient) -> None:
    story = (await api.get(f"/messages/{an_id(1)}")).json()
    assert [(event["service"], event["what"]) for event in story["events"]] == [
        ("ingress", events.CONNECTED),
        ("processor", events.STORED),
        ("ingress", events.RECIPIENT_ACCEPTED),
    ]
    assert [event["settings_revision"] for event in story["events"]] == [4, 5, 4]
    assert story["events"][1]["detail"] == {"folder": "new"}
    assert story["recipients"] == [{"address": "ayumi@example.com", "outcome": "delivered", "service": "processor"}]
    assert (story["sender"], story["message_id"]) == ("ken@example.org", "<m1@example.org>")


async def test_a_refusal_names_check_and_reply(api: httpx.AsyncClient) -> None:
    (event,) = (await api.get(f"/messages/{an_id(4)}")).json()["events"]
    assert (event["decided_by"], event["reply"]) == ("recipient_exists", "550 5.1.1 No such mailbox here")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"/messages/{an_id(99)}", 404),
        ("/messages/nonsense", 422),
        ("/messages?since=yesterday", 422),
        ("/messages?since=2026-01-01T00:00:00", 422),
        ("/messages?until=1767225600", 422),
        ("/messages?since=0001-01-01T00:00:00%2B14:00", 422),
        ("/messages?outcome=lost", 422),
        ("/messages?sender=%00", 422),
        ("/messages?cursor=bmFuIDE", 422),
        ("/messages?cursor=eA", 422),
        ("/messages?since=0001-01-01T00:00:00Z&until=9999-12-31T23:59:59Z", 200),
    ],
)
async def test_what_is_not_there_or_not_allowed(api: httpx.AsyncClient, path: str, status: int) -> None:
    assert (await api.get(path)).status_code == status
