"""Quotas at delivery: decided by what lies in the mailbox, waited for, and told to sessions."""

import time
from pathlib import Path

import pytest
from tests.builders import MESSAGE
from tests.integration.processor.conftest import Mailroom
from tests.integration.processor.test_resolving import change
from tests.integration.processor.waiting import until, until_retried

from mailcore import events
from mailcore.db.usage import KnownUsage
from mailcore.directory.usage import Usage
from mailcore.mail.incoming import Incoming
from processor.maildir import size_file

ADA, BEA = "ada@example.com", "bea@example.com"
SIZE = len(MESSAGE)


@pytest.fixture
async def limited(room: Mailroom) -> Mailroom:
    """Give a mailroom in which there is room for two messages in ada's mailbox."""
    await change(room, ADA, quota_messages=2, quota_bytes=10**6)
    return room


def remove_as_dovecot_does(path: Path, maildir: Path) -> None:
    """Remove a message and note that in the file."""
    size_file.append(maildir, -path.stat().st_size, -1)
    path.unlink()


async def deliver(room: Mailroom, *recipients: str) -> str:
    """Have a message processed; give what became of it."""
    return await publish(room, room.message(*recipients, accepted_at=time.time()))


async def publish(room: Mailroom, mail: Incoming) -> str:
    before = len(room.heard.traces)
    await room.publish(mail)
    await until(lambda: len(room.heard.traces) > before)
    return room.heard.traces[before].outcome


async def test_what_does_not_fit_waits_until_there_is_room(limited: Mailroom) -> None:
    room = limited
    async with room.processor():
        assert [await deliver(room, ADA, BEA) for _ in range(3)] == [
            events.DELIVERED,
            events.DELIVERED,
            events.DEFERRED,
        ]
        assert (len(room.files(ADA)), len(room.files(BEA))) == (2, 3)
        (job,) = await room.jobs()
        assert "full" in (job.last_error or "")
        await until_retried(
            room.platform.database,
            lambda: any(event.what == events.JOB_FAILED for trace in room.heard.traces for event in trace.events),
        )
        assert len(room.files(ADA)) == 2
        remove_as_dovecot_does(room.files(ADA)[0], room.maildir(ADA))
        await until_retried(room.platform.database, lambda: len(room.files(ADA)) == 2)
        await until(lambda: _no_jobs(room))


async def _no_jobs(room: Mailroom) -> bool:
    return not await room.jobs()


async def test_a_larger_quota_lets_in_what_waited(limited: Mailroom) -> None:
    room = limited
    async with room.processor():
        for _ in range(3):
            await deliver(room, ADA)
        await change(room, ADA, quota_messages=3)
        await until_retried(room.platform.database, lambda: len(room.files(ADA)) == 3)


async def test_the_file_is_what_dovecot_expects(limited: Mailroom) -> None:
    room = limited
    async with room.processor():
        await deliver(room, ADA)
        await deliver(room, BEA)
        first = room.files(ADA)[0].stat().st_size
        assert (room.maildir(ADA) / "maildirsize").read_text() == f"1000000S,2C\n0 0\n{first} 1\n"
        await deliver(room, ADA)
        assert (room.maildir(ADA) / "maildirsize").read_text() == f"1000000S,2C\n0 0\n{first} 1\n{first} 1\n"
    assert not (room.maildir(BEA) / "maildirsize").exists()


async def test_sessions_hear_how_full_it_is(limited: Mailroom) -> None:
    room, known = limited, KnownUsage(limited.platform.database)
    mailbox = "example.com/ada"

    async def is_known(messages: int) -> bool:
        usage = await known.of(mailbox, time.time())
        octets = sum(path.stat().st_size for path in room.files(ADA))
        return usage == Usage(octets, messages)

    async with room.processor():
        await deliver(room, ADA)
        await until(lambda: is_known(1))
        await deliver(room, ADA)
        await deliver(room, ADA)
    # What was not written yet is when the processor stops.
    assert await is_known(2)
    assert await known.of("example.com/bea", time.time()) is None


async def test_a_session_and_a_delivery_agree_at_the_boundary(room: Mailroom) -> None:
    await change(room, ADA, quota_bytes=SIZE)
    await change(room, BEA, quota_bytes=SIZE - 1)
    async with room.processor():
        assert await deliver(room, ADA) == events.DELIVERED
        assert await deliver(room, BEA) == events.DEFERRED
        assert await deliver(room, ADA) == events.DEFERRED


async def test_large_messages_count_too(limited: Mailroom) -> None:
    room = limited
    await change(room, ADA, quota_bytes=500_000)
    octets = MESSAGE + b"x" * 998 * 300 + b"\r\n"
    async with room.processor():
        for _ in range(2):
            mail = await room.with_stored_content(room.message(ADA), octets)
            await publish(room, mail)
    assert [trace.outcome for trace in room.heard.traces] == [events.DELIVERED, events.DEFERRED]
    assert not list((room.maildir(ADA) / "tmp").iterdir())


async def test_a_message_delivered_again_does_not_count_again(limited: Mailroom) -> None:
    room = limited
    mail = room.message(ADA)
    async with room.processor():
        for _ in range(3):
            await publish(room, mail)
    assert len((room.maildir(ADA) / "maildirsize").read_text().splitlines()) <= 4
    assert len(room.files(ADA)) == 1
