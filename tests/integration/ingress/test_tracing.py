"""Everything a message met in its session is told by its trace, refusals as much as acceptances."""

import asyncio

import pytest
from tests.fakes.smtp_client import SmtpClient
from tests.integration.ingress.running import Ingress

from mailcore.db.trace_reader import TraceFilter, TraceReader


@pytest.mark.parametrize(
    ("recipient", "reply", "check"),
    [
        ("nobody@example.com", "550 5.1.1 No such mailbox here", "recipient_exists"),
        ("eve@example.net", "530 5.7.0 Authentication is required", "relay"),
        ("disabled@example.com", "550 5.2.1 This mailbox is disabled", "account_enabled"),
    ],
)
async def test_a_refused_recipient(ingress: Ingress, recipient: str, reply: str, check: str) -> None:
    await ingress.make_account("disabled@example.com", enabled=False)
    async with ingress.client() as client:
        assert await client.begin("bob@example.org", recipient) == reply
        await client.say("QUIT")
    story = await ingress.story("bob@example.org")
    assert story.outcome == "refused"
    assert [(one.address, one.outcome) for one in story.recipients] == [(recipient, "refused")]
    told = [(event.stage, event.what, event.decided_by, event.reply) for event in story.events]
    assert ("rcpt", "recipient_refused", check, reply) in told
    assert not ingress.accepted


async def test_an_accepted_message(ingress: Ingress) -> None:
    await ingress.change_settings(max_hops=50)
    async with ingress.client() as client:
        reply = await client.deliver(
            "bob@example.org", "ada@example.com", b"Message-ID: <one@example.org>\r\n\r\nbody\r\n"
        )
    story = await ingress.story("bob@example.org")
    assert story.id == ingress.accepted[0].id
    assert (story.outcome, story.client_ip, story.message_id) == ("accepted", "127.0.0.1", "<one@example.org>")
    assert [(event.stage, event.what, event.reply) for event in story.events] == [
        ("connect", "connected", None),
        ("mail", "sender_accepted", "250 2.1.0 Sender accepted"),
        ("rcpt", "recipient_accepted", "250 2.1.5 Recipient accepted"),
        ("message", "origin_examined", None),
        ("accept", "message_accepted", reply),
    ]
    assert {event.settings_revision for event in story.events} == {ingress.accepted[0].settings_revision} == {1}


async def test_a_message_refused_by_its_content(ingress: Ingress) -> None:
    await ingress.change_settings(max_hops=2)
    async with ingress.client() as client:
        reply = await client.deliver(
            "bob@example.org", "ada@example.com", b"Received: a\r\nreceived: b\r\n\r\nReceived: body\r\n"
        )
    assert reply == "554 5.4.6 The message has passed too many servers; at most 2"
    story = await ingress.story("bob@example.org")
    assert (story.outcome, story.events[-1].decided_by, story.events[-1].reply) == ("refused", "hop_limit", reply)
    assert not ingress.accepted


async def test_a_message_refused_by_the_session(ingress: Ingress) -> None:
    async with ingress.client() as client:
        reply = await client.deliver("bob@example.org", "ada@example.com", b"Subject: a\nb\r\n\r\n")
    assert reply.startswith("550 5.5.2 ")
    story = await ingress.story("bob@example.org")
    assert (story.outcome, story.events[-1].decided_by, story.events[-1].reply) == ("refused", "session", reply)


async def test_a_client_that_goes_away_inside_a_message(ingress: Ingress) -> None:
    async with ingress.client() as client:
        await client.begin("bob@example.org", "ada@example.com")
        await client.say("DATA")
        await client.write(b"Subject: a\r\n\r\n" + (b"x" * 998 + b"\r\n") * 100)
        await client.vanish()
    story = await ingress.story("bob@example.org")
    assert (story.outcome, story.events[-1].what, story.events[-1].detail) == (
        "aborted",
        "message_aborted",
        {"why": "disconnected"},
    )
    assert not ingress.accepted
    assert not [key async for key in ingress.platform.content.keys()]  # noqa: SIM118 - not a mapping


async def test_a_transaction_given_up(ingress: Ingress) -> None:
    async with ingress.client() as client:
        await client.begin("bob@example.org", "ada@example.com")
        await client.say("RSET")
        story = await ingress.story("bob@example.org")
    assert (story.outcome, story.events[-1].what) == ("aborted", "ended_without_message")


async def test_a_refused_sender(ingress: Ingress) -> None:
    await ingress.change_settings(accept_null_sender=False)
    async with ingress.client() as client:
        reply = await client.say("MAIL FROM:<>")
        assert reply.startswith("550 5.7.1 ")
        story = await ingress.story("")
    assert (story.outcome, story.events[-1].decided_by, story.events[-1].reply) == ("refused", "null_sender", reply)


async def test_a_session_that_brought_no_message(ingress: Ingress) -> None:
    async with ingress.client() as client:
        await client.say("EXPN list")
        assert "hunter2" in await client.say("hunter2")
        await client.say("QUIT")
    reader = TraceReader(ingress.platform.database)
    async with asyncio.timeout(5):
        while not (found := (await reader.search(TraceFilter(client_ip="127.0.0.1"), None, 1)).items):
            await asyncio.sleep(0.05)
    story = await reader.story(found[0].id)
    assert (story.sender, story.outcome) == (None, "refused")
    assert [event.what for event in story.events] == ["connected", "command_refused", "command_refused"]
    assert [event.detail for event in story.events[1:]] == [{"verb": "EXPN"}, {"verb": ""}]
    # A client that is out of step says its password where a command should be.
    assert "hunter2" not in repr(story)


async def test_a_session_in_which_nothing_was_refused_leaves_no_trace(ingress: Ingress) -> None:
    async with SmtpClient.connected(ingress.ports["smtp"]) as client:
        await client.greeted()
        await client.say("QUIT")
    await asyncio.sleep(0.5)
    assert not (await TraceReader(ingress.platform.database).search(TraceFilter(), None, 1)).items
