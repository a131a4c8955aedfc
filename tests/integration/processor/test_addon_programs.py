"""Programs of addons by themselves: what the kernel keeps them from, and what becomes of a run that is cut off."""

import os
from pathlib import Path

import pytest
from sqlalchemy import update
from tests.integration.processor.addon_office import ADA, MESSAGE, holds, opened
from tests.integration.processor.conftest import Mailroom
from tests.integration.processor.waiting import until

from mailcore import events
from mailcore.db.tables import delivery_job
from processor.addons.program import ProgramLimits, run_program
from processor.addons.response import AddonFailed
from processor.addons.spool import Spool

MIB = 1024 * 1024
LIMITS = ProgramLimits(memory=256 * MIB, output=MIB, seconds=20)
FACTS = {"MAIL_SENDER": "bob@example.net"}


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    made = Spool(tmp_path)
    made.message.write_bytes(MESSAGE)
    return made


async def test_it_has_the_message_the_facts_and_nothing_of_ours(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://secret")
    found = await run_program(("/bin/sh", "-c", "cat; env; pwd; echo why >&2; exit 11"), FACTS, spool, LIMITS)
    said = found.output.read_bytes()
    assert (found.code, found.said) == (11, "why")
    assert said.startswith(MESSAGE)
    assert b"MAIL_SENDER=bob@example.net\n" in said
    assert b"secret" not in said
    assert said.endswith(f"{spool.work}\n".encode())


@pytest.mark.parametrize(
    ("script", "limits", "why"),
    [
        ("import sys; bytearray(1 << 30)", LIMITS, "MemoryError"),
        ("while True: print('x' * 10_000)", LIMITS, f"it wrote more than {MIB} octets"),
        ("open('more', 'wb').write(b'x' * (2 << 20))", LIMITS, f"it wrote more than {MIB} octets"),
        ("while True: pass", ProgramLimits(256 * MIB, MIB, 1), "(more than 1 s of CPU|within 1 s, and was killed)"),
        ("import time; time.sleep(1000)", ProgramLimits(256 * MIB, MIB, 1), "within 1 s, and was killed"),
        ("import os; os.abort()", LIMITS, "it died of SIGABRT"),
    ],
)
async def test_what_it_may_not(spool: Spool, script: str, limits: ProgramLimits, why: str) -> None:
    # As a shell would: Python itself asks not to be killed for a file that is too large.
    begin = "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_DFL)\n"
    command = ("/usr/bin/env", "python3", "-c", begin + script)
    if why == "MemoryError":
        found = await run_program(command, FACTS, spool, limits)
        assert (found.code, why in found.said) == (1, True)
        return
    with pytest.raises(AddonFailed, match=why):
        await run_program(command, FACTS, spool, limits)


async def test_what_it_leaves_behind_ends_with_it(spool: Spool) -> None:
    script = 'sleep 1000 & echo $! > "$HOME/child"; exit 0'
    await run_program(("/bin/sh", "-c", script), FACTS, spool, LIMITS)
    child = int((spool.work / "child").read_text())
    await until(lambda: not _is_running(child))


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


async def test_a_run_that_was_cut_off_is_begun_anew_and_not_for_ever(embedded_room: Mailroom, tmp_path: Path) -> None:
    """As a processor that is killed leaves it: the job is leased, and nobody renews the lease."""
    room, began = embedded_room, tmp_path / "began"
    program = f'[ "$MAIL_ATTEMPT" = 1 ] && {{ echo >> {began}; sleep 1000; }}\necho "X-Attempt: $MAIL_ATTEMPT"; exit 11'
    once, often = (room.message(ADA, octets=MESSAGE) for _ in range(2))
    async with opened(room, tmp_path / "addons") as office:
        (office.directory / "cut_off").write_text(f"#!/bin/sh\n{program}\n")
        (office.directory / "cut_off").chmod(0o755)
        await office.add("cut_off")
        await holds()
        await room.publish(once, often)
        await until(lambda: began.exists() and len(began.read_text()) == 2)
    assert office.stored() == []
    async with room.platform.database.transaction() as connection:
        await connection.execute(update(delivery_job).values(lease_until=0.0))
        # Five have died of it.
        await connection.execute(
            update(delivery_job).where(delivery_job.c.message_id == str(often.id)).values(attempt=5)
        )
    async with opened(room, tmp_path / "addons") as office:
        await until(office.is_over, 30)
        await until(lambda: office.happened(events.ADDON_FAILED) and office.happened(events.ADDON_RAN))
    assert sorted(b"\nX-Attempt: 2\n" in one for one in office.stored()) == [False, True]
    assert office.happened(events.ADDON_FAILED)[0].detail["reason"] == "5 tries came to no end"
