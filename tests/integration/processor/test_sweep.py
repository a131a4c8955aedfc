"""Sweeping the content store beside messages that come late."""

import time

from tests.integration.processor.conftest import Mailroom
from tests.integration.processor.waiting import until

from mailcore.bus.topology import INCOMING
from mailcore.db import content_refs
from mailcore.errors import ContentMissing
from mailcore.mail.content import StoredContent
from processor.backlog import Backlog, Quiet
from processor.sweep import Sweep

ADA = "ada@example.com"
BIG = b"Subject: big\r\n\r\n" + b"0123456789abcdef" * 8192 + b"\r\n"
HOUR = 3600.0


def sweep_at(room: Mailroom, later: float, quiet: Quiet | None = None) -> Sweep:
    """Give a sweep whose clock is `later` seconds ahead."""
    return Sweep(room.platform.database, room.platform.content, quiet or Quiet(), lambda: time.time() + later)


async def is_there(room: Mailroom, content: StoredContent) -> bool:
    try:
        return b"".join([piece async for piece in room.platform.content.read(content)]) != b""
    except ContentMissing:
        return False


async def test_a_publish_that_comes_days_late_finds_its_content(room: Mailroom) -> None:
    mail = await room.with_stored_content(room.message(ADA), BIG)
    for days in (1, 10, 100):
        await sweep_at(room, days * 24 * HOUR).run()
    async with room.processor():
        await room.publish(mail)
        await until(lambda: room.files(ADA))
    assert room.files(ADA)[0].read_bytes().endswith(BIG.replace(b"\r\n", b"\n"))


async def test_what_was_delivered_is_removed_an_hour_later(room: Mailroom) -> None:
    mail = await room.with_stored_content(room.message(ADA), BIG)
    content = mail.content
    assert isinstance(content, StoredContent)
    async with room.processor():
        await room.publish(mail)
        await until(lambda: room.heard.traces)
    await sweep_at(room, HOUR - 60).run()
    assert await is_there(room, content)
    await sweep_at(room, HOUR + 60).run()
    assert not await is_there(room, content)
    await sweep_at(room, 10 * 24 * HOUR).run()
    assert await room.holders(content.key) == set()


async def test_references_of_messages_that_are_nowhere_go_after_an_hour_of_quiet(room: Mailroom) -> None:
    mail = await room.with_stored_content(room.message(ADA), BIG)
    quiet, now = Quiet(), time.time()
    for seconds in range(0, 3590, 30):
        quiet.saw(0, now + seconds)
    await sweep_at(room, 3590, quiet).run()
    assert content_refs.incoming_holder(mail.id) in await room.holders(mail.content.key)  # type: ignore[union-attr]
    quiet.saw(0, now + 3610)
    await sweep_at(room, 3610, quiet).run()
    assert await room.holders(mail.content.key) == {"released"}  # type: ignore[union-attr]


async def test_a_message_that_waits_is_no_quiet(room: Mailroom) -> None:
    backlog = Backlog(room.bus, room.platform.metrics, time.time)
    async with room.processor():
        await until(lambda: _quiet(backlog))
    await room.publish(room.message(ADA))
    await until(lambda: _not_quiet(backlog))
    assert await room.bus.backlog(INCOMING) == 1


async def _quiet(backlog: Backlog) -> bool:
    await backlog.look()
    return backlog.quiet.since is not None


async def _not_quiet(backlog: Backlog) -> bool:
    return not await _quiet(backlog)
