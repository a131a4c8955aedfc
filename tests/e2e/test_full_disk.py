"""The disk of the standalone form fills up under load: clients keep their mail, and all goes on once there is room."""

import asyncio
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.e2e.durability.ledger import Ledger, examine
from tests.e2e.durability.load import Load
from tests.e2e.durability.queued import queued_in_file
from tests.e2e.forms import Form, standalone
from tests.e2e.service import wait_until

pytestmark = [pytest.mark.e2e, pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")]

ADDRESSES = [f"user{number}@example.com" for number in range(4)]
DISK = "64m"
FULL_SECONDS = 12
"""Long enough for what failed to be tried again a few times."""
ALL_DELIVERED_SECONDS = 120
"""A copy that was postponed waits for a minute."""


@pytest.fixture
def form(tmp_path: Path) -> Iterator[Form]:
    """Run the standalone form with its data on a small disk."""
    disk = tmp_path / "data"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", disk], check=True)
    try:
        with standalone(tmp_path) as running:
            yield running
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


def fill(file: Path) -> None:
    """Let `file` take all the room that is left."""
    with file.open("wb", buffering=0) as ballast:
        try:
            while True:
                ballast.write(bytes(4096))
        except OSError:
            return


async def wait_for(count: int, what: set[str]) -> None:
    """Wait until `what` has grown by so many."""
    enough = len(what) + count
    async with asyncio.timeout(30):
        while len(what) < enough:
            await asyncio.sleep(0.1)


async def test_clients_keep_what_has_no_room_and_nothing_is_lost(form: Form) -> None:
    form.make_accounts(*ADDRESSES)
    ledger, stop = Ledger(), asyncio.Event()
    load = Load(form.ports["smtp"], ADDRESSES, ledger, seed=1, pause=0.02)
    sending = asyncio.create_task(load.run(4, stop))
    await wait_for(50, ledger.accepted)
    fill(form.data_dir / "ballast")
    await asyncio.sleep(FULL_SECONDS)
    told = set(ledger.put_off)
    (form.data_dir / "ballast").unlink()
    await wait_for(50, ledger.accepted)
    stop.set()
    await sending
    assert "452 4.3.1" in {reply[:9] for reply in told}
    assert ledger.refused == {}
    assert ledger.slow == []
    queued = queued_in_file(form.data_dir)
    wait_until(
        lambda: not queued() and not form.api.get("/queue").json()["items"], ALL_DELIVERED_SECONDS, what="all delivered"
    )
    found = examine(ledger, {address: form.messages(address) for address in ADDRESSES})
    assert (found.lost, found.repeated, found.invented, found.damaged) == ([], [], [], [])
