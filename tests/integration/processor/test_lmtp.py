"""Local mail that goes to an LMTP server: stored at once, waited for, refused, and what is known of it afterwards."""

import time
from collections.abc import Callable
from dataclasses import replace

import msgspec
import pytest
from tests.builders import an_envelope
from tests.fakes.lmtp_server import LmtpServer
from tests.fakes.relay import LOSE_REPLY
from tests.integration.processor.conftest import Mailroom
from tests.integration.processor.waiting import until, until_retried

from mailcore import events
from mailcore.mail.incoming import Marks
from mailcore.platform import Platform
from mailcore.settings import RuntimeSettings

ADA, BEA = "ada@example.com", "bea@example.com"


def over_lmtp(server: LmtpServer) -> Callable[[Platform], Platform]:
    """Have the mailboxes of accounts at `server`."""

    def changed(platform: Platform) -> Platform:
        environment = platform.environment.model_copy(update={"lmtp_server": f"127.0.0.1:{server.port}"})
        return replace(platform, environment=environment)

    return changed


async def no_jobs(room: Mailroom) -> bool:
    return not await room.jobs()


def has_received(server: LmtpServer, count: int) -> Callable[[], bool]:
    """Say whether that many messages have come."""
    return lambda: len(server.received) >= count


def told(room: Mailroom) -> list[str]:
    """Give what happened to copies, in order."""
    return [
        event.what for trace in room.heard.traces for event in trace.events if event.decided_by in {"store_local", None}
    ]


async def test_recipients_of_one_message_are_answered_each_for_itself(room: Mailroom) -> None:
    async with LmtpServer() as server, room.processor(over_lmtp(server)):
        await room.publish(room.message(ADA, BEA, marks=Marks(banned="user_trash")))
        await until(lambda: bool(room.heard.traces))
        assert room.heard.traces[0].outcome == events.DELIVERED
        server.on(f"END <{BEA}>", "452 4.2.2 Full for now", times=1)
        await room.publish(room.message(ADA, BEA, accepted_at=time.time()))
        await until(lambda: len(room.heard.traces) == 2)
        assert {one.address: one.outcome for one in room.heard.traces[1].recipients} == {
            ADA: events.DELIVERED,
            BEA: events.DEFERRED,
        }
        (job,) = await room.jobs()
        assert (job.kind, "4.2.2" in (job.last_error or "")) == ("local", True)
        await until_retried(room.platform.database, lambda: no_jobs(room))
    assert [one.recipients for one in server.received] == [
        ["ada+Trash@example.com", "bea+Trash@example.com"],
        [ADA],
        [BEA],
    ]
    # What another server has is not here as well.
    assert not room.mail_dir.exists() or not list(room.mail_dir.rglob("new/*"))


async def test_a_server_that_is_away_is_waited_for(room: Mailroom) -> None:
    server = LmtpServer()
    await server.up()
    await server.down()
    async with room.processor(over_lmtp(server)):
        await room.publish(room.message(ADA, BEA, accepted_at=time.time()))
        await until(lambda: bool(room.heard.traces))
        assert room.heard.traces[0].outcome == events.DEFERRED
        assert len(await room.jobs()) == 2
        await server.up()
        await until_retried(room.platform.database, lambda: no_jobs(room))
    await server.down()
    assert sorted(address for one in server.received for address in one.recipients) == [ADA, BEA]


async def test_of_a_refusal_for_good_the_sender_is_told(room: Mailroom) -> None:
    async with LmtpServer() as server, room.processor(over_lmtp(server)):
        server.on(f"RCPT TO:<{BEA}>", "550 5.1.1 Nobody of that name")
        mail = room.message(envelope=an_envelope(BEA, sender=ADA), accepted_at=time.time())
        await room.publish(mail)
        await until(lambda: bool(server.received))
        await until(lambda: no_jobs(room))
    (report,) = server.received
    assert (report.mail.partition(" SIZE")[0], report.recipients) == ("MAIL FROM:<>", [ADA])
    assert b"Action: failed\r\nStatus: 5.1.1\r\n" in report.content
    assert f"Final-Recipient: rfc822; {BEA}".encode() in report.content.replace(b"rfc822;bea", b"rfc822; bea")
    assert events.NOT_STORED in told(room)


async def test_a_job_that_is_refused_at_last_is_reported_too(room: Mailroom) -> None:
    async with LmtpServer() as server, room.processor(over_lmtp(server)):
        server.on(f"END <{BEA}>", "451 4.3.0 Later", times=1)
        server.on(f"END <{BEA}>", "552 5.2.2 Full")
        await room.publish(room.message(envelope=an_envelope(BEA, sender=ADA), accepted_at=time.time()))
        await until(lambda: bool(room.heard.traces))
        await until_retried(room.platform.database, lambda: bool(server.received))
        await until(lambda: no_jobs(room))
    (report,) = server.received
    assert report.recipients == [ADA]
    assert b"Status: 5.2.2\r\n" in report.content


@pytest.mark.parametrize(
    ("words", "reply", "status"),
    [
        ("END <bea@", "451 4.3.0 Not today", "5.4.7"),
        ("CONNECT", "421 4.3.2 Not now", "5.4.7"),
        ("END <bea@", "452 4.2.2 Full", "5.2.2"),
        ("END <bea@", LOSE_REPLY, "5.4.7"),
    ],
)
async def test_what_is_put_off_for_ever_is_reported_when_its_time_is_over(
    embedded_room: Mailroom, words: str, reply: str, status: str
) -> None:
    room = embedded_room
    now, lifetime = time.time(), RuntimeSettings().delivery.lifetime_seconds
    young, old = (
        room.message(envelope=an_envelope(BEA, sender=ADA), accepted_at=now - age, octets=b"Subject: %d\r\n\r\n" % age)
        for age in (60, lifetime)
    )
    async with LmtpServer() as server, room.processor(over_lmtp(server)):
        server.on(words, reply)
        await room.publish(young, old)
        await until_retried(room.platform.database, lambda: events.NOT_STORED in told(room))
        server.forget()
        await until_retried(room.platform.database, lambda: no_jobs(room))
    # Where replies were lost, the old one is there as well.
    late = [one for one in server.received if one.recipients == [BEA]][-1]
    assert late.content.endswith(b"\r\nSubject: 60\r\n\r\n")
    (report,) = (one for one in server.received if one.recipients != [BEA])
    assert report.recipients == [ADA]
    assert f"Action: failed\r\nStatus: {status}\r\n".encode() in report.content


async def test_a_server_that_is_away_for_too_long_is_waited_for_no_more(room: Mailroom) -> None:
    """With it away nobody here can be told: the report waits for it, and the next message does too."""
    server = LmtpServer()
    await server.up()
    await server.down()
    sent_at = time.time() - RuntimeSettings().delivery.lifetime_seconds
    async with room.processor(over_lmtp(server)):
        await room.publish(room.message(envelope=an_envelope(BEA, sender=ADA), accepted_at=sent_at))
        await until_retried(room.platform.database, lambda: events.NOT_STORED in told(room))
        await server.up()
        await until_retried(room.platform.database, lambda: no_jobs(room))
    await server.down()
    (report,) = server.received
    assert report.recipients == [ADA]
    assert b"Action: failed\r\nStatus: 5.4.7\r\n" in report.content


async def test_a_report_that_is_refused_ends_with_the_postmaster(room: Mailroom) -> None:
    async with LmtpServer() as server, room.processor(over_lmtp(server)):
        server.on("RCPT", "550 5.1.1 Nobody of that name")
        await room.publish(room.message(envelope=an_envelope(BEA, sender=ADA), accepted_at=time.time()))
        await until(lambda: list(room.mail_dir.glob(".postmaster/new/*")))
        await until(lambda: no_jobs(room))
    (kept,) = room.mail_dir.glob(".postmaster/new/*")
    assert b"Action: failed" in kept.read_bytes()


async def test_of_what_nobody_is_told_an_operator_decides(room: Mailroom) -> None:
    async with LmtpServer() as server, room.processor(over_lmtp(server)):
        server.on("RCPT", "550 5.1.1 Nobody of that name")
        await room.publish(room.message(BEA, marks=Marks(incomplete=True)))
        await until(lambda: bool(room.heard.traces))

        async def is_held() -> bool:
            return [job.state for job in await room.jobs()] == ["held"]

        await until_retried(room.platform.database, is_held)
    assert server.received == []


async def test_a_lost_reply_is_counted_when_it_is_sent_again(room: Mailroom) -> None:
    repeated = room.platform.metrics.repeated.labels("store_local")
    async with LmtpServer() as server, room.processor(over_lmtp(server)):
        server.on(f"END <{ADA}>", LOSE_REPLY, times=2)
        await room.publish(room.message(ADA, accepted_at=time.time()))
        await until(lambda: bool(room.heard.traces))
        for tries in (2, 3):
            await until_retried(room.platform.database, has_received(server, tries))
        await until(lambda: no_jobs(room))
    assert [one.recipients for one in server.received] == [[ADA]] * 3
    assert len({one.content for one in server.received}) == 1
    assert events.STORED_AGAIN in told(room)
    assert repeated._value.get() == 1


async def test_a_message_that_comes_again_is_counted(room: Mailroom) -> None:
    mail = room.message(ADA)
    async with LmtpServer() as server, room.processor(over_lmtp(server)):
        await room.publish(mail)
        await until(lambda: len(room.heard.traces) == 1)
        await room.publish(msgspec.structs.replace(mail, begun=True))
        await until(lambda: len(room.heard.traces) == 2)
    assert len(server.received) == 2
    assert [event for event in told(room) if event.startswith("stored")] == [events.STORED, events.STORED_AGAIN]


async def test_large_messages_are_streamed_and_let_go(room: Mailroom) -> None:
    octets = b"Subject: large\r\n\r\n" + b"x" * 70 + b"\r\n" + b".dots and lines\r\n" * 20_000
    async with LmtpServer() as server, room.processor(over_lmtp(server)):
        mail = await room.with_stored_content(room.message(ADA), octets)
        await room.publish(mail)
        await until(lambda: bool(server.received))
        await until(lambda: bool(room.heard.traces))
    assert server.received[0].content.endswith(octets)


async def test_mailboxes_of_the_server_itself_are_its_own(room: Mailroom) -> None:
    async with LmtpServer() as server, room.processor(over_lmtp(server)):
        await room.publish(room.message("postmaster@example.com"))
        await room.publish(room.message(ADA, marks=Marks(banned="server_trash")))
        await until(lambda: len(room.heard.traces) == 2)
    assert len(list(room.mail_dir.glob(".postmaster/new/*"))) == 1
    assert len(list(room.mail_dir.glob(".server-trash/new/*"))) == 1
    assert server.received == []
