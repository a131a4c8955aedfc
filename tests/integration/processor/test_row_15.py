"""Where mail of banned clients ends up, action by action, and where what is incomplete does (row 5)."""

from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import update
from tests.integration.processor.conftest import Mailroom
from tests.integration.processor.waiting import until

from mailcore import events
from mailcore.db import content_refs, trash
from mailcore.db.settings_store import SettingsStore
from mailcore.db.tables import trash as trash_table
from mailcore.db.trash import TrashEntry
from mailcore.mail.incoming import Incoming, Marks, decode

ADA, BEA, GONE, AWAY = "ada@example.com", "bea@example.com", "gone@example.com", "eve@example.net"


def files(room: Mailroom, mailbox: str) -> list[Path]:
    found = (room.mail_dir / mailbox).rglob("*.hikyaku,*")
    return sorted(path for path in found if path.parent.name in {"new", "cur"})


def folders(room: Mailroom, address: str) -> list[str]:
    """Give the folders in which a mailbox has mail, once per message."""
    return [path.parent.parent.relative_to(room.maildir(address)).as_posix() for path in room.files(address)]


async def entries(room: Mailroom) -> list[TrashEntry]:
    async with room.platform.database.read() as connection:
        return list(await trash.page(connection, before=None, limit=100))


async def processed(room: Mailroom, *recipients: str, **marks: Any) -> Incoming:
    """Have a message processed to its end."""
    mail = room.message(*recipients, marks=Marks(**marks))
    async with room.processor():
        await room.publish(mail)
        await until(lambda: room.heard.traces)
    return mail


async def test_server_trash_has_one_copy_and_nobody_else_any(room: Mailroom) -> None:
    mail = await processed(room, ADA, BEA, GONE, banned="server_trash")
    (copy,) = files(room, ".server-trash")
    assert copy.parent == room.mail_dir / ".server-trash" / "new"
    assert copy.read_bytes().endswith(b"From: bob@example.net\nSubject: hello\n\nHow are you?\n")
    assert not room.files(ADA) + room.files(BEA)
    assert not await room.letters()
    (entry,) = await entries(room)
    assert (entry.message_id, entry.sender, entry.client_ip) == (str(mail.id), "bob@example.net", "192.0.2.1")
    assert entry.recipients == (ADA, BEA, GONE)
    (trace,) = room.heard.traces
    assert {one.outcome for one in trace.recipients} == {events.DELIVERED}


async def test_user_trash_is_each_accounts_own_and_the_servers_for_others(room: Mailroom) -> None:
    await processed(room, ADA, BEA, AWAY, "postmaster@example.com", banned="user_trash")
    assert folders(room, ADA) == folders(room, BEA) == [".Trash"]
    assert len(files(room, ".server-trash")) == 1
    assert not files(room, ".postmaster")
    (entry,) = await entries(room)
    assert entry.recipients == (AWAY, "postmaster@example.com")


@pytest.mark.parametrize(
    ("banned", "expected"),
    [
        ("tag_subject", b"\nSubject: [MEIWAKU] hello\n\nHow"),
        ("add_header", b"\nSubject: hello\nX-PMSFILTER: -5\n\nHow"),
    ],
)
async def test_marked_mail_is_delivered(embedded_room: Mailroom, banned: str, expected: bytes) -> None:
    await processed(embedded_room, ADA, banned=banned)
    (copy,) = embedded_room.files(ADA)
    assert folders(embedded_room, ADA) == ["."]
    assert expected in copy.read_bytes()
    assert not await entries(embedded_room)


async def test_forged_marks_are_removed(embedded_room: Mailroom) -> None:
    octets = b"X-PMSFILTER: 5\r\nX-DNSEXISTS: FINE\r\nFrom: a\r\n\r\nbody\r\n"
    mail = embedded_room.message(
        ADA, octets=octets, marks=Marks(strip_marks=("X-PMSFILTER", "X-DNSEXISTS"), sender_domain_missing=True)
    )
    async with embedded_room.processor():
        await embedded_room.publish(mail)
        await until(lambda: embedded_room.files(ADA))
    (copy,) = embedded_room.files(ADA)
    assert copy.read_bytes().endswith(b"From: a\nX-DNSEXISTS: FAIL\n\nbody\n")
    assert b"X-PMSFILTER" not in copy.read_bytes()


async def test_a_mark_far_down_a_large_header_section_is_removed_too(embedded_room: Mailroom) -> None:
    octets = b"A: " + b"x" * 500_000 + b"\r\nX-PMSFILTER: 5\r\n\r\nbody\r\n"
    mail = embedded_room.message(ADA, marks=Marks(strip_marks=("X-PMSFILTER",)))
    mail = await embedded_room.with_stored_content(mail, octets)
    mail = msgspec.structs.replace(mail, header_size=octets.index(b"\r\n\r\n") + 2)
    async with embedded_room.processor():
        await embedded_room.publish(mail)
        await until(lambda: embedded_room.files(ADA))
    assert b"X-PMSFILTER" not in embedded_room.files(ADA)[0].read_bytes()


async def test_a_repeat_makes_no_second_copy_and_no_second_entry(room: Mailroom) -> None:
    mail = room.message(ADA, BEA, marks=Marks(banned="server_trash"))
    async with room.processor():
        await room.publish(mail)
        await until(lambda: len(room.heard.traces) == 1)
        await room.publish(mail)
        await until(lambda: len(room.heard.traces) == 2)
    assert len(files(room, ".server-trash")) == len(await entries(room)) == 1


async def test_a_released_message_reaches_those_it_did_not_reach(room: Mailroom) -> None:
    await processed(room, ADA, BEA, banned="server_trash")
    (entry,) = await entries(room)
    async with room.platform.database.transaction() as connection:
        whole = await trash.get(connection, entry.id)
        await trash.empty(connection, entry.id, 1.0)
    assert whole is not None
    released = decode(whole.body)
    assert released.marks.banned is None
    async with room.processor():
        await room.publish(released)
        await until(lambda: room.files(ADA) and room.files(BEA))
        await until(lambda: not files(room, ".server-trash"))
    assert folders(room, ADA) == ["."]
    assert not await entries(room)


async def test_what_is_emptied_goes_from_the_disk_and_its_content_is_let_go(room: Mailroom) -> None:
    mail = room.message(ADA, marks=Marks(banned="server_trash"))
    mail = await room.with_stored_content(mail, b"Subject: big\r\n\r\n" + b"x" * 100_000)
    async with room.processor():
        await room.publish(mail)
        await until(lambda: files(room, ".server-trash"))
        await until(lambda: entries(room))
        (entry,) = await entries(room)
        assert entry.content is not None
        assert content_refs.trash_holder(entry.id) in await room.holders(entry.content)
        async with room.platform.database.transaction() as connection:
            await trash.empty(connection, None, 1.0)
        await until(lambda: not files(room, ".server-trash"))
        content = entry.content
        await until(lambda: _is_let_go(room, content))


async def _is_let_go(room: Mailroom, content: str) -> bool:
    return not any(holder.startswith("trash:") for holder in await room.holders(content))


async def test_what_lay_there_long_enough_is_removed(embedded_room: Mailroom) -> None:
    room = embedded_room
    await processed(room, ADA, banned="server_trash")
    async with room.platform.database.transaction() as connection:
        await connection.execute(update(trash_table).values(at=trash_table.c.at - 8 * 86400))
    await SettingsStore(room.platform.database, room.platform.seal).patch("trash", {"retention_days": 7}, "test")
    await until(lambda: room.platform.settings.current.settings.trash.retention_days == 7)

    async def is_gone() -> bool:
        # The file goes first: whoever is cut off in between still has what says where it lies.
        return not files(room, ".server-trash") and not await entries(room)

    async with room.processor():
        await until(is_gone)


async def test_what_is_incomplete_is_stored_here_and_goes_nowhere_else(room: Mailroom) -> None:
    await processed(room, ADA, AWAY, incomplete=True)
    assert len(room.files(ADA)) == 1
    assert not await room.letters() + await room.jobs()
    (trace,) = room.heard.traces
    assert {one.address: one.outcome for one in trace.recipients} == {ADA: events.DELIVERED, AWAY: events.DISCARDED}
    assert any("incomplete" in event.detail.get("plan", "") for event in trace.events)


async def test_processors_rest_while_under_maintenance(room: Mailroom) -> None:
    store = SettingsStore(room.platform.database, room.platform.seal)
    async with room.processor():
        await store.patch("maintenance", {"processor": True}, "test")
        await until(lambda: room.platform.settings.current.settings.maintenance.processor, 1)
        await until(lambda: _has_rested(room))
        await room.publish(room.message(BEA))
        with pytest.raises(TimeoutError):
            await until(lambda: room.files(BEA), 1)
        await store.patch("maintenance", {"processor": False}, "test")
        await until(lambda: room.files(BEA), 3)


async def _has_rested(room: Mailroom) -> bool:
    """Publish until a message is no longer taken."""
    await room.publish(room.message(ADA))
    before = len(room.files(ADA))
    try:
        await until(lambda: len(room.files(ADA)) > before, 0.5)
    except TimeoutError:
        return True
    return False
