"""Row 22 as a story: an account forwards to another through our own SMTP port, and all that holds there holds."""

import asyncio
import time
from collections.abc import AsyncIterator

import msgspec
import pytest
from tests.builders import an_envelope
from tests.fakes.smtp_client import SmtpClient
from tests.integration.processor.conftest import Mailroom
from tests.integration.processor.outbound.test_stories import status
from tests.integration.processor.own_port import BOB, System, change_account, make_rule, opened
from tests.integration.processor.test_autoreply import letter, reply_for
from tests.integration.processor.test_forwarding import ADA, BEA, CEC, forward, text
from tests.integration.processor.waiting import until
from tests.parts.ports import free_ports

from mailcore import events
from mailcore.db.access_rules import AccessRuleKind
from mailcore.db.entity_store import EntityStore
from mailcore.directory.access_rule import AccessRuleFields
from mailcore.mail.envelope import Recipient
from mailcore.mail.incoming import Client, Marks, StandardFields
from processor.reentry.service import at


@pytest.fixture
async def system(room: Mailroom) -> AsyncIterator[System]:
    """Give a system on embedded parts, and on RabbitMQ and PostgreSQL."""
    async with opened(room) as one:
        yield one


@pytest.fixture
async def embedded(embedded_room: Mailroom) -> AsyncIterator[System]:
    """Give a system on embedded parts alone."""
    async with opened(embedded_room) as one:
        yield one


async def test_all_that_holds_for_the_target_holds(system: System) -> None:
    room = system.story.room
    await make_rule(room, scope=BEA, actions=[{"kind": "put_into_folder", "folder": "Ada"}])
    await forward(room, ADA, BEA, keep_copy=False)
    await reply_for(room, BEA)
    octets = b"To: ada@example.com, bea@example.com\r\nSubject: hello\r\n\r\nHow are you?\r\n"
    mail = room.message(ADA, octets=octets, envelope=an_envelope(ADA, sender=BOB))
    async with system.ingress():
        await system.send(mail)
    assert room.files(ADA) == []
    (path,) = room.files(BEA)
    assert path.parent.parent.name == ".Ada"
    lines = text(path).splitlines()
    assert lines[:2] == [f"Return-Path: <{BOB}>", f"Delivered-To: {BEA}"]
    assert lines[2].startswith("Received: from ")
    assert f"Delivered-To: {ADA}" in lines
    assert text(path).endswith("\n\nHow are you?\n")
    # Its owner is away, and says so to who wrote the message.
    (answer,) = system.relay.received
    assert (answer.mail.split()[1], answer.recipients) == ("FROM:<>", [BOB])
    assert b"From: bea@example.com\r\n" in answer.content


async def test_each_account_gets_it_once_by_whatever_way(system: System) -> None:
    room = system.story.room
    await room.make_account(CEC)
    await forward(room, ADA, BEA, CEC)
    await forward(room, BEA, CEC, ADA)
    async with system.ingress():
        await system.send(letter(room, ADA, BEA, sender=BOB))
    assert {one: len(room.files(one)) for one in (ADA, BEA, CEC)} == {ADA: 1, BEA: 1, CEC: 1}


async def test_it_stays_where_it_has_been_before(embedded: System) -> None:
    room = embedded.story.room
    await forward(room, ADA, BEA, keep_copy=False)
    await forward(room, BEA, ADA, keep_copy=False)
    async with embedded.ingress():
        await embedded.send(letter(room, ADA, sender=BOB))
    assert (len(room.files(ADA)), len(room.files(BEA))) == (0, 1)
    assert len(embedded.story.events(events.FORWARD_STOPPED)) == 1


async def test_marks_and_fields_are_not_written_twice(embedded: System) -> None:
    room = embedded.story.room
    await embedded.story.set_smtp(add_message_id=True, add_sender_header=True, banned_connection_action="add_header")
    await forward(room, ADA, BEA)
    fields = StandardFields(sender=True, message_id=True, date="always")
    mail = room.message(
        ADA,
        envelope=an_envelope(ADA, sender="bob@nowhere.example"),
        marks=Marks(strip_marks=("X-PMSFILTER",), fields=fields),
    )
    async with embedded.ingress():
        await embedded.send(mail)
    (original,), (copy,) = (embedded.stored(one) for one in (ADA, BEA))
    for name in ("Message-ID", "Sender", "Date"):
        lines = [[line for line in one.splitlines() if line.startswith(f"{name}:")] for one in (original, copy)]
        assert len(lines[0]) == 1
        assert lines[0] == lines[1]


async def test_what_holds_for_clients_does_not_hold_for_us(embedded: System) -> None:
    """Rows 2, 3, 10 and 15, access rules, the greet pause and limits per address; and the null sender arrives."""
    room = embedded.story.room
    await forward(room, ADA, BEA)
    await embedded.story.set_smtp(
        accept_null_sender=False,
        strict_sender_domain=True,
        banned_connection_action="tempfail",
        greet_pause_seconds=20,
        max_connections_per_ip=1,
        refused_helo=["*"],
        only_whitelisted=True,
    )
    ban = AccessRuleFields.model_validate({"kind": "ban", "match": "127.0.0.1"})
    await EntityStore(room.platform.database, AccessRuleKind()).create(ban, "test")
    async with embedded.ingress() as port:
        await asyncio.sleep(0.6)
        async with SmtpClient.connected(port):  # a stranger from the same address, who is kept waiting
            for sender in ("", "nobody@example.com", ADA, BOB):
                await embedded.send(letter(room, ADA, sender=sender))
    assert len(room.files(BEA)) == 4


async def test_a_port_that_is_away_is_waited_for(system: System) -> None:
    room = system.story.room
    await forward(room, ADA, BEA, keep_copy=False)
    (port,) = free_ports(1)
    system.processor.own_port.endpoint = at("127.0.0.1", port)
    await room.publish(letter(room, ADA, sender=BOB, accepted_at=time.time()))
    await until(lambda: len(system.story.events(events.JOB_FAILED)) >= 2)
    async with system.ingress():
        await until(lambda: bool(room.files(BEA)))
        await until(system.story.is_over)
    assert len(room.files(BEA)) == 1
    assert system.relay.received == []


async def test_a_repeat_is_known_again_by_whichever_ingress(system: System) -> None:
    room = system.story.room
    await forward(room, ADA, BEA, keep_copy=False)
    mail = letter(room, ADA, sender=BOB)
    async with system.ingress():
        await system.send(mail)
        (first,) = room.files(BEA)
        # A client has seen it meanwhile, and nobody remembers that the job is done.
        seen = first.parent.parent / "cur" / f"{first.name}:2,S"
        first.rename(seen)
        async with room.platform.database.transaction() as connection:
            await connection.exec_driver_sql("DELETE FROM finished_job")
    async with system.ingress():
        await system.send(msgspec.structs.replace(mail, begun=True))
    assert room.files(BEA) == [seen]


async def test_a_refusal_for_good_is_reported(system: System) -> None:
    room = system.story.room
    await forward(room, ADA, BEA)
    await change_account(room, BEA, max_receive_size=10)
    recipient = Recipient(ADA, frozenset({"FAILURE"}), "rfc822;ada@example.com")
    mail = room.message(ADA, envelope=msgspec.structs.replace(an_envelope(ADA, sender=BOB), recipients=(recipient,)))
    async with system.ingress():
        await system.send(mail)
    (report,) = system.relay.received
    group = status(report.content)[1]
    assert group["Final-Recipient"] == f"rfc822; {BEA}"
    assert group["Original-Recipient"] == "rfc822; ada@example.com"
    assert group["Status"] == "5.2.3"
    assert len(room.files(ADA)) == 1


async def test_a_full_mailbox_is_tried_again(embedded: System) -> None:
    room = embedded.story.room
    await forward(room, ADA, BEA, keep_copy=False)
    await change_account(room, BEA, quota_messages=1)
    async with embedded.ingress():
        await embedded.send(letter(room, ADA, sender=BOB))
        await until(lambda: bool(room.files(BEA)))
        await asyncio.sleep(1.2)  # until what is known of the mailbox is written down
        await room.publish(letter(room, ADA, sender=BOB, accepted_at=time.time()))
        await until(lambda: len(embedded.story.events(events.JOB_FAILED)) >= 1)
        assert embedded.story.events(events.JOB_FAILED)[0].reply == "452 4.2.2 The mailbox is full"
        await change_account(room, BEA, quota_messages=None)
        await until(embedded.story.is_over, 20)
    assert len(room.files(BEA)) == 2


async def test_the_first_client_and_what_was_found_out_of_it_travel_along(embedded: System) -> None:
    room = embedded.story.room
    await make_rule(
        room,
        scope=BEA,
        when=[{"kind": "client", "network": "192.0.2.9"}, {"kind": "verdict", "name": "authenticated", "value": "yes"}],
        actions=[{"kind": "add_header", "name": "X-Known", "value": "yes"}],
    )
    await forward(room, ADA, BEA, keep_copy=False)
    ours = Client("192.0.2.9", 1, "pc.example.com", "ESMTPSA", "submission", account=BEA)
    async with embedded.ingress():
        await embedded.send(letter(room, ADA, sender=BEA, client=ours))
    (copy,) = embedded.stored(BEA)
    assert "\nX-Known: yes\n" in copy


async def test_strangers_are_told_that_nothing_of_the_kind_is_done(embedded: System) -> None:
    async with embedded.ingress() as port, SmtpClient.connected(port) as client:
        await client.greeted()
        for line in ("XPASS 1.x", f"XPASS {'9' * 12}.{'A' * 43}", "XPASS", "XREENTRY x.y"):
            assert (await client.say(line)).startswith("502 5.5.1 ")


async def test_who_has_a_pass_brings_only_what_is_sealed_for_the_session(embedded: System) -> None:
    keys = embedded.platform.reentry
    async with embedded.ingress() as port, SmtpClient.connected(port) as client:
        await client.greeted()
        challenge = (await client.say(f"XPASS {keys.pass_at(time.time())}")).removeprefix("250 2.0.0 ").strip()
        assert challenge
        assert (await client.say("MAIL FROM:<bob@example.org>")).startswith("550 5.7.1 ")
