"""Who gets a message: aliases, plus-addresses, the postmaster, the catch-all, and who refuses it."""

from pathlib import Path
from typing import Any

import pytest
from tests.builders import MESSAGE
from tests.integration.processor.conftest import Mailroom
from tests.integration.processor.waiting import until

from mailcore import events
from mailcore.db.entity_store import EntityStore
from mailcore.db.kinds import AccountKind, AliasKind
from mailcore.db.settings_store import SettingsStore
from mailcore.directory.alias import AliasFields
from mailcore.mail.incoming import Incoming
from mailcore.passwords import Passwords
from mailcore.trace import Trace

ADA, BEA = "ada@example.com", "bea@example.com"


@pytest.fixture
def room(embedded_room: Mailroom) -> Mailroom:
    return embedded_room


async def alias(room: Mailroom, address: str, *to: str) -> None:
    await EntityStore(room.platform.database, AliasKind()).create(AliasFields(address=address, to=to), "test")
    await until(lambda: _has_alias(room, address))


async def _has_alias(room: Mailroom, address: str) -> bool:
    return await room.platform.directory.alias(address) is not None


async def change(room: Mailroom, address: str, **changes: Any) -> None:
    passwords = Passwords()
    changed = await EntityStore(room.platform.database, AccountKind(passwords)).patch(address, changes, "test")
    passwords.close()

    async def holds() -> bool:
        return await room.platform.directory.account(address) == changed.value

    await until(holds)


async def configure(room: Mailroom, **smtp: Any) -> None:
    snapshot = await SettingsStore(room.platform.database, room.platform.seal).patch("smtp", smtp, "test")
    await until(lambda: room.platform.settings.current.revision >= snapshot.revision)


async def processed(room: Mailroom, mail: Incoming) -> Trace:
    before = len(room.heard.traces)
    async with room.processor():
        await room.publish(mail)
        await until(lambda: len(room.heard.traces) > before)
    return room.heard.traces[before]


def results(trace: Trace) -> list[tuple[str, str]]:
    return [(one.address, one.outcome) for one in trace.recipients]


def delivered_to(path: Path) -> str:
    (line,) = (line for line in path.read_bytes().splitlines() if line.startswith(b"Delivered-To: "))
    return line.removeprefix(b"Delivered-To: ").decode()


async def test_everybody_behind_an_alias_gets_it(room: Mailroom) -> None:
    await alias(room, "sales@example.com", ADA, BEA, "ken@example.org")
    trace = await processed(room, room.message("Sales@example.com"))
    assert results(trace) == [("Sales@example.com", events.QUEUED)]
    for address in (ADA, BEA):
        (path,) = room.files(address)
        assert delivered_to(path) == "Sales@example.com"
    assert [(job.destination, job.recipients) for job in await room.jobs()] == [("example.org", ("ken@example.org",))]


async def test_who_is_behind_several_recipients_gets_it_once_as_the_first_says(room: Mailroom) -> None:
    await configure(room, plus_folders=True)
    await alias(room, "one@example.com", BEA, ADA)
    await alias(room, "two@example.com", "one@example.com")
    trace = await processed(room, room.message("ada+work@example.com", "two@example.com", ADA, BEA))
    (ada,), (bea,) = room.files(ADA), room.files(BEA)
    assert (ada.parent.parent.name, delivered_to(ada)) == (".work", "ada+work@example.com")
    assert (bea.parent.parent.name, delivered_to(bea)) == ("bea", "two@example.com")
    assert results(trace) == [
        (address, events.DELIVERED) for address in ("ada+work@example.com", "two@example.com", ADA, BEA)
    ]


async def test_nobody_is_behind_it_any_more(room: Mailroom) -> None:
    trace = await processed(room, room.message("gone@example.com", ADA))
    assert results(trace) == [("gone@example.com", events.FAILED), (ADA, events.DELIVERED)]


async def test_the_catch_all_gets_what_is_nobodys(room: Mailroom) -> None:
    await configure(room, catch_all_address=BEA)
    await processed(room, room.message("nobody@example.com", ADA))
    assert delivered_to(room.files(BEA)[0]) == "nobody@example.com"
    assert delivered_to(room.files(ADA)[0]) == ADA


async def test_the_server_keeps_mail_for_the_postmaster(room: Mailroom) -> None:
    await processed(room, room.message("postmaster@example.com", "Abuse@example.com"))
    (path,) = (room.mail_dir / ".postmaster" / "new").iterdir()
    assert delivered_to(path) == "postmaster@example.com"
    await configure(room, postmaster_address=ADA)
    await processed(room, room.message("postmaster@example.com"))
    assert delivered_to(room.files(ADA)[0]) == "postmaster@example.com"


async def test_a_disabled_account_gets_nothing_while_others_do(room: Mailroom) -> None:
    await alias(room, "sales@example.com", ADA, BEA)
    await change(room, ADA, enabled=False)
    trace = await processed(room, room.message("sales@example.com"))
    assert results(trace) == [("sales@example.com", events.DELIVERED)]
    assert (len(room.files(ADA)), len(room.files(BEA))) == (0, 1)
    await processed(room, room.message(ADA))
    assert len(room.files(ADA)) == 1


async def test_a_cancel_list_drops_what_reaches_it_by_an_alias(room: Mailroom) -> None:
    await alias(room, "sales@example.com", ADA, BEA)
    await change(room, ADA, cancel_list=["*@example.NET"])
    trace = await processed(room, room.message("sales@example.com"))
    assert (len(room.files(ADA)), len(room.files(BEA))) == (0, 1)
    (dropped,) = (event for event in trace.events if '"ended_by":"cancel_list"' in event.detail.get("plan", ""))
    assert '"target":"ada@example.com"' in dropped.detail["plan"]


async def test_an_account_that_takes_less_is_left_out_and_told_of(room: Mailroom) -> None:
    await change(room, ADA, max_receive_size=len(MESSAGE) - 1)
    await change(room, BEA, max_receive_size=len(MESSAGE))
    trace = await processed(room, room.message(ADA, BEA))
    assert results(trace) == [(ADA, events.FAILED), (BEA, events.DELIVERED)]
    (told,) = (event for event in trace.events if event.decided_by == "undeliverable")
    assert f"takes messages of up to {len(MESSAGE) - 1} octets" in told.detail["reason"]
