"""What senders hear of copies that wait for hours for a mailbox here: full, or with a server that is away."""

import time
from email import message_from_bytes
from typing import Any

from tests.builders import an_envelope
from tests.fakes.lmtp_server import LmtpServer
from tests.integration.processor.conftest import Mailroom
from tests.integration.processor.outbound.story import Story, retried, told
from tests.integration.processor.test_forwarding import forward
from tests.integration.processor.test_lmtp import over_lmtp
from tests.integration.processor.test_resolving import change
from tests.integration.processor.waiting import until

from mailcore import events
from mailcore.mail.envelope import Envelope, Recipient
from mailcore.mail.incoming import Incoming
from mailcore.trace import TraceEvent

ADA, BEA, ZOE = "ada@example.com", "bea@example.com", "zoe@example.org"
LATE = 15_000.0
"""Seconds, more than `delay_notice_seconds`."""


def fields(report: bytes) -> dict[str, str]:
    """Give what a report says to programs of its only recipient."""
    parts: Any = message_from_bytes(report).get_payload()
    _, recipient = parts[1].get_payload()
    return dict(recipient.items())


def late(room: Mailroom, *recipients: str, sender: str) -> Incoming:
    """Give a message that has waited for long."""
    return room.message(envelope=an_envelope(*recipients, sender=sender), accepted_at=time.time() - LATE)


def reported(story: Story) -> list[TraceEvent]:
    """Give the traced reports of delays."""
    return [event for event in story.events(events.REPORTED) if event.detail["action"] == "delayed"]


async def test_a_full_mailbox_is_told_of_once_and_may_take_it_yet(room: Mailroom) -> None:
    story = Story(room)
    await change(room, ADA, quota_messages=1, quota_bytes=10**6)
    async with room.processor():
        await room.publish(room.message(ADA, accepted_at=time.time()))
        await until(lambda: len(room.files(ADA)) == 1)
        await room.publish(late(room, ADA, sender=BEA))
        await retried(room, lambda: room.files(BEA))
        failures = len(story.events(events.JOB_FAILED))
        await retried(room, lambda: len(story.events(events.JOB_FAILED)) > failures)
        (waiting,) = [job for job in await room.jobs() if job.kind == "local"]
        await change(room, ADA, quota_messages=2)
        await retried(room, lambda: len(room.files(ADA)) == 2)
        await retried(room, story.is_over)
    (report,) = story.files(BEA)
    about = fields(report)
    assert (about["Final-Recipient"], about["Action"], about["Status"]) == (
        "rfc822; ada@example.com",
        "delayed",
        "4.2.2",
    )
    assert about["Will-Retry-Until"]
    assert "Diagnostic-Code" not in about
    assert report.startswith(b"Return-Path: <>\n")
    assert [event.detail["to"] for event in reported(story)] == [BEA]
    # What it remembers costs it neither its age nor its attempts.
    assert waiting.attempt >= 2


async def test_a_server_that_is_away_is_told_of_once(embedded_room: Mailroom) -> None:
    server = LmtpServer()
    await server.up()
    await server.down()
    async with told(embedded_room) as (story, relay):
        async with embedded_room.processor(over_lmtp(server)):
            await embedded_room.publish(late(embedded_room, ADA, BEA, sender=ZOE))
            await retried(embedded_room, lambda: len(relay.received) == 2)
            failures = len(story.events(events.JOB_FAILED))
            await retried(embedded_room, lambda: len(story.events(events.JOB_FAILED)) >= failures + 2)
            await server.up()
            await retried(embedded_room, story.is_over)
        await server.down()
    assert sorted(address for one in server.received for address in one.recipients) == [ADA, BEA]
    first, second = sorted(relay.received, key=lambda one: b"rfc822; bea@" in one.content)
    assert (first.recipients, second.recipients) == ([ZOE], [ZOE])
    assert first.mail.startswith("MAIL FROM:<> ")
    about = fields(first.content)
    assert (about["Final-Recipient"], about["Action"]) == ("rfc822; ada@example.com", "delayed")
    assert about["Status"].startswith("4.")


async def test_nobody_hears_before_the_time_that_the_settings_say(embedded_room: Mailroom) -> None:
    story = Story(embedded_room)
    await story.set(delay_notice_seconds=0)
    await change(embedded_room, ADA, quota_bytes=1)
    async with embedded_room.processor():
        await embedded_room.publish(late(embedded_room, ADA, sender=BEA), late(embedded_room, ADA, sender=""))
        await retried(embedded_room, lambda: len(story.events(events.JOB_FAILED)) >= 2)
        await story.set(delay_notice_seconds=14_400)
        await retried(embedded_room, lambda: story.files(BEA))
    assert [event.detail["to"] for event in reported(story)] == [BEA]


async def test_of_a_copy_that_an_account_sends_on_its_sender_hears_nothing(embedded_room: Mailroom) -> None:
    """He has reached whom he wrote to, and is not told who else gets it: not that it is late, nor that it failed."""
    room = embedded_room
    await forward(room, ADA, BEA, keep_copy=True)
    await change(room, BEA, quota_bytes=1)
    async with told(room) as (story, relay):
        asking = Envelope(ZOE, (Recipient(ADA, frozenset({"FAILURE", "DELAY"})),))
        async with room.processor():
            await room.publish(room.message(envelope=asking, accepted_at=time.time() - LATE))
            await retried(room, lambda: len(story.events(events.JOB_FAILED)) >= 2)
            await story.set(lifetime_seconds=60)
            await retried(room, story.is_over)
    assert len(room.files(ADA)) == 1
    assert [event.recipient for event in story.events(events.NOT_STORED)] == [BEA]
    assert relay.received == []
    assert story.events(events.REPORTED) == []
