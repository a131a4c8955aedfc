"""A rule that is written over REST changes what is stored, within a second and in whatever parts."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from tests.builders import a_client, an_envelope, smtp_settings
from tests.integration.processor.conftest import Mailroom
from tests.integration.processor.outbound.story import told
from tests.integration.processor.waiting import until

from admin_api.app import build_app
from mailcore.db.tokens import TokenStore
from mailcore.mail.incoming import Marks
from mailcore.passwords import Passwords
from maildecide.session.standard_fields import standard_fields

TOKEN = "a token for the operator"
MESSAGE = b"From: bob@example.net\r\nSubject: =?UTF-8?B?5bqD5ZGK?=\r\nBcc: eve@example.net\r\n\r\nBuy.\r\n"
ADS: dict[str, Any] = {"kind": "header", "name": "Subject", "op": "contains", "value": "広告"}


@asynccontextmanager
async def operator(room: Mailroom) -> AsyncIterator[httpx.AsyncClient]:
    """Give a client of the REST API beside the processor."""
    passwords = Passwords()
    await TokenStore(room.platform.database).ensure_first_token(TOKEN)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(build_app(room.platform, passwords)),
        base_url="http://operator/api/v1",
        headers={"authorization": f"Bearer {TOKEN}"},
    ) as api:
        yield api
    passwords.close()


async def rule(api: httpx.AsyncClient, name: str, *actions: dict[str, Any], **fields: Any) -> None:
    """Make a rule; a second later it holds."""
    answer = await api.post("/header-rules", json={"name": name, "when": [ADS], "actions": list(actions), **fields})
    assert answer.status_code == 201, answer.text
    await asyncio.sleep(1)


async def arrived(room: Mailroom, address: str, count: int) -> list[Path]:
    await until(lambda: len(room.files(address)) >= count)
    return room.files(address)


async def test_a_rule_over_rest_holds_within_a_second(room: Mailroom) -> None:
    async with operator(room) as api, room.processor():
        await room.publish(room.message("ada@example.com", octets=MESSAGE))
        (before,) = await arrived(room, "ada@example.com", 1)
        assert b"Subject: =?UTF-8?B?5bqD5ZGK?=\n" in before.read_bytes()
        await rule(
            api,
            "ads",
            {"kind": "prefix_subject", "text": "[AD] "},
            {"kind": "put_into_folder", "folder": "Ads"},
            {"kind": "copy_to", "to": ["bea@example.com"]},
        )
        await room.publish(room.message("ada@example.com", octets=MESSAGE))
        after = set(await arrived(room, "ada@example.com", 2)) - {before}
        (stored,) = after
        assert stored.parent.parent.name == ".Ads"
        assert b"Subject: [AD] =?UTF-8?B?5bqD5ZGK?=\nBcc: eve@example.net\n\nBuy.\n" in stored.read_bytes()
        (copy,) = await arrived(room, "bea@example.com", 1)
        assert b"Delivered-To: bea@example.com\n" in copy.read_bytes()
        await until(lambda: len(room.heard.traces) >= 2)
        events = {event.what: event for event in room.heard.traces[-1].events}
        told = events["rule_applied"]
        assert (told.decided_by, told.recipient) == ("header_rules", "ada@example.com")
        assert dict(told.detail) == {
            "rule": "1",
            "name": "ads",
            "did": "prefix_subject; put_into_folder Ads; copy_to bea@example.com",
        }


async def test_discarded_trashed_redirected_and_rejected(room: Mailroom) -> None:
    async with operator(room) as api, room.processor():
        await room.make_account("eve@example.com")
        await rule(api, "drop", {"kind": "discard"}, scope="ada@example.com")
        await rule(api, "trash", {"kind": "put_into_trash"}, scope="bea@example.com")
        await rule(api, "refuse", {"kind": "reject", "text": "no ads"}, scope="eve@example.com")
        await room.publish(room.message("ada@example.com", "bea@example.com", "eve@example.com", octets=MESSAGE))
        (trashed,) = await arrived(room, "bea@example.com", 1)
        assert trashed.parent.parent.name == ".Trash"
        await until(lambda: bool(room.heard.traces))
        assert room.files("ada@example.com") == room.files("eve@example.com") == []
        trace = room.heard.traces[0]
        (refused,) = (event for event in trace.events if event.decided_by == "undeliverable")
        assert refused.detail["reason"] == "no ads"
        outcomes = {one.address: one.outcome for one in trace.recipients}
        assert outcomes == {"ada@example.com": "discarded", "bea@example.com": "delivered", "eve@example.com": "failed"}
        await api.patch("/header-rules/1", json={"actions": [{"kind": "redirect", "to": ["bea@example.com"]}]})
        await asyncio.sleep(1)
        await room.publish(room.message("ada@example.com", octets=MESSAGE))
        assert len(await arrived(room, "bea@example.com", 2)) == 2
        assert room.files("ada@example.com") == []


async def test_a_repeat_stores_nothing_twice(room: Mailroom) -> None:
    async with operator(room) as api, room.processor():
        await rule(api, "copy", {"kind": "copy_to", "to": ["bea@example.com"]})
        mail = room.message("ada@example.com", octets=MESSAGE, begun=True)
        await room.publish(mail, mail)
        await until(lambda: len(room.heard.traces) >= 2)
        assert [len(room.files(f"{name}@example.com")) for name in ("ada", "bea")] == [1, 1]


async def test_the_standard_fields_of_a_submission(room: Mailroom) -> None:
    client = a_client(listener="submission")
    fields = standard_fields(client, smtp_settings(add_date="always", add_from="if_missing"), is_incomplete=False)
    octets = b"Date: never\r\nBcc: eve@example.net\r\nSubject: hello\r\nSENDER: x\r\n\r\nBody\r\n"
    mail = room.message("ada@example.com", octets=octets, marks=Marks(fields=fields), server="mx.example.com")
    async with room.processor():
        await room.publish(mail)
        (stored,) = await arrived(room, "ada@example.com", 1)
    header = stored.read_bytes().partition(b"\n\n")[0].split(b"\n")
    assert header[-5:] == [
        b"Date: Thu, 01 Jan 2026 00:00:00 +0000",
        b"Subject: hello",
        b"Sender: bob@example.net",
        f"Message-ID: <{mail.id}@mx.example.com>".encode(),
        b"From: bob@example.net",
    ]


async def test_what_a_rule_sends_elsewhere_comes_from_us_and_its_reports_find_the_sender(room: Mailroom) -> None:
    redirect = {"kind": "redirect", "to": ["ken@example.org"]}
    async with operator(room) as api, told(room) as (story, relay):
        await rule(api, "away", redirect, scope="ada@example.com")
        mail = room.message("ada@example.com", octets=MESSAGE, accepted_at=time.time())
        await story.send(mail)
        (received,) = relay.received
        sender = received.mail.split()[1].removeprefix("FROM:<").removesuffix(">")
        assert sender.startswith("SRS0=")
        assert sender.endswith("=bob@example.com")
        await story.set(routes={"example.org": relay.address, "example.net": relay.address})
        await story.send(room.message(sender, octets=MESSAGE, envelope=an_envelope(sender, sender="")))
    assert [one.recipients for one in relay.received] == [["ken@example.org"], ["bob@example.net"]]
    assert room.files("ada@example.com") == []
