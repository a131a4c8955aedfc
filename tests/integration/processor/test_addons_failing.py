"""Addons that hang, crash, flood or put off: the message arrives, and other mail does not wait."""

import os
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import update
from tests.integration.processor.addon_office import ADA, BEA, MESSAGE, Office, holds, opened
from tests.integration.processor.conftest import Mailroom
from tests.integration.processor.waiting import until

from mailcore import events
from mailcore.db.tables import delivery_job


@pytest.fixture
async def office(embedded_room: Mailroom, tmp_path: Path) -> AsyncIterator[Office]:
    async with opened(embedded_room, tmp_path / "addons") as opened_office:
        yield opened_office


@pytest.mark.parametrize("name", ["pass", "chatty", "crash", "fail", "nothing", "no_trace", "children"])
async def test_whatever_it_does_the_message_arrives_as_it_was(office: Office, name: str) -> None:
    await office.add(name)
    await holds()
    await office.deliver()
    (stored,) = office.stored()
    assert stored.endswith(b"\tby mx.example.com\n" + MESSAGE.replace(b"\r\n", b"\n"))
    (event,) = office.happened(events.ADDON_RAN) + office.happened(events.ADDON_FAILED)
    expected = {
        "pass": ("passed it", ""),
        "chatty": ("passed it", "trouble"),
        "children": ("passed it", ""),
        "crash": ("", "it died of SIGSEGV"),
        "fail": ("", "it ended with 3, which means nothing here: oops"),
        "nothing": ("", "the answer does not begin with a header field"),
        "no_trace": ("", "the answer lacks a received field of the message: loops are found by it"),
    }
    assert (event.detail.get("did", ""), event.detail.get("reason", "")) == expected[name]


async def test_a_hanging_one_is_killed_with_its_group_and_holds_up_nobody(office: Office) -> None:
    await office.set(addon_timeout_seconds=2)
    await office.add("hang", scope=ADA)
    await office.add("change", scope=BEA)
    await holds()
    began = time.monotonic()
    for _ in range(12):
        await office.room.publish(office.room.message(ADA, octets=MESSAGE))
    await office.room.publish(office.room.message(BEA, octets=MESSAGE))
    await until(lambda: bool(office.stored(BEA)))
    assert len(office.stored(ADA)) < 12
    await until(office.is_over, 60)
    assert len(office.stored(ADA)) == 12
    assert time.monotonic() - began < 50
    failed = office.happened(events.ADDON_FAILED)
    assert {event.detail["reason"] for event in failed} == {"it did not end within 2 s, and was killed"}
    assert not _left_behind(office.directory / "hang")


def _left_behind(program: Path) -> list[str]:
    """Give the processes that still run the program or one of its children."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().split(b"\0")
            session = os.getsid(int(process.name))
        except (OSError, ValueError):
            continue
        if str(program).encode() in words or (words[:2] == [b"sleep", b"1000"] and session == os.getsid(0)):
            found.append(process.name)
    return found


async def test_without_a_limit_it_may_take_its_time(office: Office) -> None:
    await office.set(addon_timeout_seconds=0)
    await office.add("hang", scope=ADA)
    await holds()
    await office.room.publish(office.room.message(ADA, octets=MESSAGE), office.room.message(BEA, octets=MESSAGE))
    await until(lambda: bool(office.stored(BEA)))
    assert office.stored(ADA) == []
    (job,) = await office.room.jobs()
    assert (job.kind, job.state) == ("addon", "leased")


async def test_a_flooding_one_is_stopped_by_the_kernel(office: Office) -> None:
    await office.set(max_message_size=100_000)
    await office.add("flood")
    await holds()
    await office.deliver()
    assert office.stored()[0].endswith(b".How are you?\n")
    (event,) = office.happened(events.ADDON_FAILED)
    assert event.detail["reason"].startswith("it wrote more than ")


async def test_one_that_wants_to_be_asked_later_is_and_not_for_ever(office: Office) -> None:
    await office.add("later")
    await holds()
    await office.room.publish(office.room.message(ADA, octets=MESSAGE))

    async def waits() -> bool:
        return [(job.state, "busy" in (job.last_error or "")) for job in await office.room.jobs()] == [("ready", True)]

    await until(waits)
    assert office.stored() == []
    async with office.room.platform.database.transaction() as connection:
        await connection.execute(update(delivery_job).values(not_before=0.0, attempt=4))
    await until(office.is_over)
    assert len(office.stored()) == 1
    (event,) = office.happened(events.ADDON_FAILED)
    assert event.detail["reason"] == "busy, after 5 tries"


async def test_a_program_that_was_exchanged_for_a_link_is_not_run(office: Office) -> None:
    await office.add("pass")
    await holds()
    (office.directory / "pass").unlink()
    (office.directory / "pass").symlink_to("/bin/true")
    await office.deliver()
    assert len(office.stored()) == 1
    assert "not below ADDONS_DIR" in office.happened(events.ADDON_FAILED)[0].detail["reason"]
