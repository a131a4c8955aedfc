"""What an account forwarded and kept no copy of comes back to its trash, once nobody takes it."""

import time
from collections.abc import AsyncIterator
from email import message_from_bytes

import msgspec
import pytest
from tests.builders import an_envelope
from tests.fakes.relay import Relay
from tests.integration.processor.conftest import Mailroom
from tests.integration.processor.outbound.story import AT_ONCE, Story, told
from tests.integration.processor.outbound.test_stories import status
from tests.integration.processor.own_port import System, change_account, opened
from tests.integration.processor.test_autoreply import letter
from tests.integration.processor.test_forwarding import ADA, BEA, CEC, forward, text
from tests.integration.processor.waiting import until, until_retried

from mailcore import events
from mailcore.mail.incoming import Incoming

BOB, KEN, LEE = "bob@example.org", "ken@example.org", "lee@example.net"


@pytest.fixture
async def system(room: Mailroom) -> AsyncIterator[System]:
    """Give a system on embedded parts, and on RabbitMQ and PostgreSQL."""
    async with opened(room) as one:
        yield one


def trashed(room: Mailroom, address: str = ADA) -> list[str]:
    """Give what lies in the account's trash; nothing lies elsewhere in its mailbox."""
    files = room.files(address)
    assert all(path.parent.parent.name == ".Trash" for path in files)
    return [text(path) for path in files]


def mail(room: Mailroom, sender: str = BEA) -> Incoming:
    return letter(room, ADA, sender=sender, accepted_at=time.time())


async def test_a_server_that_refuses_it_for_good(room: Mailroom) -> None:
    await forward(room, ADA, KEN, keep_copy=False)
    message = mail(room)
    async with told(room) as (story, relay):
        relay.on("RCPT TO:<ken@", "550 5.1.1 Nobody")
        await story.send(message)
    (kept,) = trashed(room)
    assert kept.startswith(f"Return-Path: <{BEA}>\nDelivered-To: {ADA}\n")
    assert kept.endswith("\n\nHow are you?\n")
    (report,) = story.files(BEA)
    assert status(report)[1]["Final-Recipient"] == f"rfc822; {KEN}"
    assert [event.detail["mailbox"] for event in story.events(events.TAKEN_BACK)] == ["example.com/ada"]
    assert await story.count("content_ref") == 0


@pytest.mark.parametrize("refusing", [{KEN, LEE}, {KEN}, {LEE}, set()])
async def test_of_several_targets_the_last_decides(room: Mailroom, refusing: set[str]) -> None:
    await forward(room, ADA, KEN, LEE, keep_copy=False)
    message = mail(room)
    async with Relay() as slow, told(room) as (story, relay):
        await story.set(routes={"example.org": relay.address, "example.net": slow.address}, **AT_ONCE)
        slow.on("MAIL", "451 4.7.1 Later", times=1)
        for one, server in ((KEN, relay), (LEE, slow)):
            if one in refusing:
                server.on(f"RCPT TO:<{one}", "550 5.1.1 Nobody")
        await story.send(message)
    assert len(trashed(room)) == (refusing == {KEN, LEE})
    assert len(story.files(BEA)) == len(refusing)


async def test_a_repeat_brings_nothing_back_twice(room: Mailroom) -> None:
    await forward(room, ADA, KEN, keep_copy=False)
    message = await room.with_stored_content(mail(room), b"Subject: large\r\n\r\n" + b"x" * 70_000 + b"\r\n")
    async with told(room) as (story, relay):
        relay.on("RCPT TO:<ken@", "550 5.1.1 Nobody")
        await story.send(message)
        (path,) = room.files(ADA)
        path.unlink()
        await story.send(msgspec.structs.replace(message, begun=True))
    assert trashed(room) == []
    assert len(story.files(BEA)) == 1
    assert await room.holders(message.content.key) == {"released"}  # type: ignore[union-attr]  # it is stored


async def test_what_one_takes_is_not_brought_back(room: Mailroom) -> None:
    await forward(room, ADA, KEN, BEA, keep_copy=False)
    async with told(room) as (story, relay):
        relay.on("RCPT TO:<ken@", "550 5.1.1 Nobody")
        await story.send(mail(room, sender=BOB))
    assert trashed(room) == []
    assert len(room.files(BEA)) == 1
    assert await story.count("parting") == 0


async def test_each_account_for_itself(embedded_room: Mailroom) -> None:
    room = embedded_room
    await room.make_account(CEC)
    await forward(room, ADA, KEN, keep_copy=False)
    await forward(room, BEA, CEC, keep_copy=False)
    await forward(room, CEC, KEN, keep_copy=False)
    message = letter(room, ADA, BEA, sender="", accepted_at=time.time())
    async with told(room) as (story, relay):
        relay.on("RCPT TO:<ken@", "550 5.1.1 Nobody")
        await story.send(message)
    assert [len(trashed(room, one)) for one in (ADA, BEA, CEC)] == [1, 0, 1]


async def test_a_notice_that_is_refused_is_told_of_as_the_message(embedded_room: Mailroom) -> None:
    room = embedded_room
    await forward(room, ADA, KEN, content="subject", keep_copy=False)
    async with told(room) as (story, relay):
        relay.on("RCPT TO:<ken@", "550 5.1.1 Nobody")
        await story.send(mail(room))
    (kept,) = trashed(room)
    assert kept.endswith("\n\nHow are you?\n")
    (report,) = story.files(BEA)
    assert status(report)[1]["Final-Recipient"] == f"rfc822; {ADA}"


async def test_nobody_is_told_who_does_not_want_it(embedded_room: Mailroom) -> None:
    room = embedded_room
    await forward(room, ADA, KEN, keep_copy=False)
    envelope = an_envelope(ADA, sender=BEA)
    never = msgspec.structs.replace(envelope.recipients[0], notify=frozenset({"NEVER"}))
    message = msgspec.structs.replace(mail(room), envelope=msgspec.structs.replace(envelope, recipients=(never,)))
    async with told(room) as (story, relay):
        relay.on("RCPT TO:<ken@", "550 5.1.1 Nobody")
        await story.send(message)
    assert len(trashed(room)) == 1
    assert story.files(BEA) == []


async def test_our_own_port_refuses_it(system: System) -> None:
    room = system.story.room
    await forward(room, ADA, BEA, keep_copy=False)
    await change_account(room, BEA, max_receive_size=10)
    async with system.ingress():
        await system.send(mail(room, sender=BOB))
    assert len(trashed(room)) == 1
    (report,) = system.relay.received
    assert message_from_bytes(report.content)["Auto-Submitted"] == "auto-replied"


async def test_a_mailbox_that_stays_full(room: Mailroom) -> None:
    """The copy waits for room; when its time is over its sender is told (5.2.2), and it comes back."""
    await forward(room, ADA, BEA, keep_copy=False)
    await change_account(room, BEA, quota_bytes=10)
    story = Story(room)
    await story.set(**AT_ONCE, lifetime_seconds=2)
    await room.make_account(CEC)
    message = letter(room, ADA, sender=CEC, accepted_at=time.time())
    async with story.processor():
        await room.publish(message)
        await until(lambda: bool(story.events(events.POSTPONED)))
        (job,) = await room.jobs()
        assert job.kind == "local"
        await until(lambda: time.time() > message.accepted_at + 2)
        await until_retried(room.platform.database, story.is_over, 20)
    assert room.files(BEA) == []
    (report,) = room.files(CEC)
    assert status(report.read_bytes())[1]["Status"] == "5.2.2"
    (back,) = room.files(ADA)
    assert back.parent.parent.name == ".Trash"
    assert text(back).endswith("\n\nHow are you?\n")
