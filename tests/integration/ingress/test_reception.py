"""How connections are received: limits, access rules, what of it is traced, and what a flood costs."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from tests.fakes.smtp_client import SmtpClient
from tests.integration.ingress.running import Ingress, trusting

from mailcore import events
from mailcore.db.access_rules import AccessRuleKind
from mailcore.db.entity_store import EntityStore
from mailcore.db.trace_reader import TraceFilter, TraceReader
from mailcore.directory.access_rule import AccessRuleFields
from mailcore.mail.content import InlineContent, StoredContent

GREETING = "220 mx.example.com ESMTP Hikyaku"
OVERLOADED = "421 4.3.2 Too many connections now, try again later"
TOO_MANY = "421 4.7.0 Too many connections from your address, try again later"


@asynccontextmanager
async def connected(ingress: Ingress, source: str = "127.0.0.1") -> AsyncIterator[SmtpClient]:
    reader, writer = await asyncio.open_connection("127.0.0.1", ingress.ports["smtp"], local_addr=(source, 0))
    client = SmtpClient(reader, writer)
    try:
        yield client
    finally:
        await client.vanish()


async def greeting(ingress: Ingress, source: str = "127.0.0.1") -> str:
    async with connected(ingress, source) as client:
        return await client.reply()


async def make_rule(ingress: Ingress, kind: str, match: str, **fields: object) -> int:
    """Make a rule; it holds within a second."""
    store = EntityStore(ingress.platform.database, AccessRuleKind())
    rule = AccessRuleFields.model_validate({"kind": kind, "match": match} | fields)
    return (await store.create(rule, "test")).value.id


async def until_greeted(ingress: Ingress, wanted: str, source: str = "127.0.0.1") -> None:
    async with asyncio.timeout(1):
        while (await greeting(ingress, source)) != wanted:
            await asyncio.sleep(0.02)


async def traces(ingress: Ingress, outcome: str) -> list[int]:
    """Give how many connections each trace of that outcome stands for, once they are written."""
    reader = TraceReader(ingress.platform.database)
    await asyncio.sleep(0.5)
    found = (await reader.search(TraceFilter(outcome=outcome), None, 50)).items
    return [one.count for one in found]


async def test_connections_of_one_client(ingress: Ingress) -> None:
    await ingress.change_settings(max_connections_per_ip=2)
    async with AsyncExitStack() as stack:
        for _ in range(2):
            client = await stack.enter_async_context(connected(ingress))
            assert await client.reply() == GREETING
        refused = await stack.enter_async_context(connected(ingress))
        assert await refused.reply() == TOO_MANY
        assert await refused.reply() == ""
        assert await greeting(ingress, "127.0.0.2") == GREETING
        await ingress.change_settings(max_connections_per_ip=0)
        assert await greeting(ingress) == GREETING
        await ingress.change_settings(max_connections_per_ip=2)
    await until_greeted(ingress, GREETING)


async def test_a_client_that_is_let_pass_has_no_limit_of_its_own(ingress: Ingress) -> None:
    await ingress.change_settings(max_connections_per_ip=1)
    async with connected(ingress) as first:
        assert await first.reply() == GREETING
        assert await greeting(ingress) == TOO_MANY
        await make_rule(ingress, "pass", "127.0.0.0/8")
        await until_greeted(ingress, GREETING)


async def test_connections_in_all_hold_for_everybody(ingress: Ingress) -> None:
    await make_rule(ingress, "pass", "127.0.0.0/8")
    await ingress.change_settings(max_connections=2)
    async with connected(ingress) as one, connected(ingress, "127.0.0.2") as other:
        assert await one.reply() == await other.reply() == GREETING
        assert await greeting(ingress, "127.0.0.3") == OVERLOADED
    await until_greeted(ingress, GREETING)


async def test_where_tls_comes_first_there_is_no_word_for_who_is_too_many(ingress: Ingress) -> None:
    await ingress.change_settings(max_connections=1)
    async with connected(ingress) as first:
        assert await first.reply() == GREETING
        with pytest.raises(OSError, match=r"(?i)EOF|reset|closed"):
            async with SmtpClient.connected(ingress.ports["submissions"], trusting(ingress)):
                pass


async def test_a_flood_is_answered_and_traced_once(ingress: Ingress) -> None:
    await ingress.change_settings(max_connections_per_ip=3)
    async with AsyncExitStack() as stack:
        for _ in range(3):
            assert await (await stack.enter_async_context(connected(ingress))).reply() == GREETING
        begun = time.monotonic()
        answers = await asyncio.gather(*(greeting(ingress) for _ in range(300)))
        assert time.monotonic() - begun < 10
        assert set(answers) == {TOO_MANY}
        assert await greeting(ingress, "127.0.0.9") == GREETING
    assert await traces(ingress, events.DEFERRED) == [1]
    assert ingress.service._handler._reception._crowd.size == 0


async def test_a_client_that_vanishes_at_once_is_forgotten(ingress: Ingress) -> None:
    for _ in range(20):
        async with connected(ingress):
            pass
    crowd = ingress.service._handler._reception._crowd
    async with asyncio.timeout(2):
        while crowd.size:
            await asyncio.sleep(0.01)
    assert not crowd._by_client


async def test_a_ban_holds_within_a_second_and_ends_when_it_expires(ingress: Ingress) -> None:
    banned = "554 5.7.1 Connections from your address are not accepted"
    assert await greeting(ingress) == GREETING
    expiry = datetime.now(UTC) + timedelta(seconds=1.5)
    await make_rule(ingress, "ban", "127.0.0.1", expires_at=expiry.isoformat())
    await until_greeted(ingress, banned)
    assert await greeting(ingress, "127.0.0.2") == GREETING
    async with asyncio.timeout(3):
        while await greeting(ingress) != GREETING:
            await asyncio.sleep(0.05)
    assert datetime.now(UTC) >= expiry


@pytest.mark.parametrize(
    ("action", "outcome", "reply"),
    [
        ("tempfail", events.DEFERRED, "421 4.7.1 Connections from your address are not accepted now, try again later"),
        ("reject", events.REFUSED, "554 5.7.1 Connections from your address are not accepted"),
        ("disconnect", events.REFUSED, None),
    ],
)
async def test_the_trace_tells_which_rule_refused(
    ingress: Ingress, action: str, outcome: str, reply: str | None
) -> None:
    await ingress.change_settings(banned_connection_action=action)
    rule = await make_rule(ingress, "ban", "127.0.0.1")
    await until_greeted(ingress, reply or "")
    reader = TraceReader(ingress.platform.database)
    async with asyncio.timeout(5):
        while not (found := (await reader.search(TraceFilter(outcome=outcome), None, 5)).items):
            await asyncio.sleep(0.05)
    (event,) = (await reader.story(found[0].id)).events
    assert (event.stage, event.what, event.decided_by, event.reply) == ("connect", "client_refused", "banned", reply)
    assert event.detail == {"ban_rule": str(rule), "ban_action": action}


async def test_the_trace_of_a_message_tells_the_rules_that_mattered(ingress: Ingress) -> None:
    await ingress.change_settings(banned_connection_action="tag_subject", relay_ips_bypass_auth=True)
    ban = await make_rule(ingress, "ban", "127.0.0.0/8")
    relay = await make_rule(ingress, "relay", "127.0.0.1")
    await asyncio.sleep(0.6)
    async with ingress.client() as client:
        assert (await client.deliver("ada@example.com", "eve@example.net")).startswith("250 ")
    story = await ingress.story("ada@example.com")
    details = {event.what: event.detail for event in story.events}
    assert details["connected"] == {"listener": "smtp", "ban_rule": str(ban), "ban_action": "tag_subject"}
    assert details["sender_accepted"] == {"relay_rule": str(relay)}
    (mail,) = ingress.accepted
    assert (mail.marks.banned, mail.marks.relay_permitted) == ("tag_subject", True)


async def test_what_is_kept_of_an_incomplete_message_ends_with_its_line(ingress: Ingress) -> None:
    await ingress.change_settings(discard_incomplete=False)
    for octets in (
        b"Subject: a\r\n\r\none\r\ntwo",
        b"Subject: a\r\n\r\none\r\ntwo\r",
        b"Subject: a\r\n\r\none\r\ntwo\r\n",
    ):
        async with ingress.client() as client:
            await client.begin("bob@example.org", "ada@example.com")
            await client.say("DATA")
            await client.write(octets)
            await asyncio.sleep(0.1)
        count = len(ingress.accepted)
        async with asyncio.timeout(5):
            while len(ingress.accepted) == count and count < 1:
                await asyncio.sleep(0.01)
    async with asyncio.timeout(5):
        while len(ingress.accepted) < 3:
            await asyncio.sleep(0.01)
    assert [mail.content for mail in ingress.accepted] == [InlineContent(b"Subject: a\r\n\r\none\r\ntwo\r\n")] * 3
    assert all(mail.marks.incomplete for mail in ingress.accepted)
    story = await ingress.story("bob@example.org")
    assert story.outcome == events.INCOMPLETE
    assert [event.what for event in story.events][-2:] == [events.MESSAGE_ABORTED, events.MESSAGE_KEPT]
    assert not any((event.reply or "").startswith("250 2.0.0") for event in story.events)


async def test_a_large_incomplete_message_is_kept_in_the_store(ingress: Ingress) -> None:
    await ingress.change_settings(discard_incomplete=False)
    octets = b"Subject: a\r\n\r\n" + b"x" * 60_000 + b"\r\n" + b"y" * 60_000
    async with ingress.client() as client:
        await client.begin("bob@example.org", "ada@example.com")
        await client.say("DATA")
        await client.write(octets)
        await asyncio.sleep(0.3)
    async with asyncio.timeout(5):
        while not ingress.accepted:
            await asyncio.sleep(0.01)
    content = ingress.accepted[0].content
    assert isinstance(content, StoredContent)
    assert b"".join([piece async for piece in ingress.platform.content.read(content)]) == octets + b"\r\n"


async def test_what_the_broker_does_not_take_is_not_kept(ingress: Ingress) -> None:
    await ingress.change_settings(discard_incomplete=False)
    ingress.bus.is_away = True
    async with ingress.client() as client:
        await client.begin("bob@example.org", "ada@example.com")
        await client.say("DATA")
        await client.write(b"Subject: a\r\n\r\nbody\r\n")
        await asyncio.sleep(0.1)
    story = await ingress.story("bob@example.org")
    assert story.outcome == events.ABORTED
