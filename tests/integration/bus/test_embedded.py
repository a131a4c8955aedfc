"""What only the embedded bus must stand: a second process, SIGKILL, a full disk, a long backlog."""

import asyncio
import os
import resource
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from tests.integration.bus.traffic import Collector

from mailcore.bus.embedded import EmbeddedBus
from mailcore.bus.interface import Delivery
from mailcore.bus.topology import INCOMING
from mailcore.errors import BusAway, ConfigurationError

PUBLISHER = """
import asyncio, sys
from pathlib import Path
from mailcore.bus.embedded import EmbeddedBus

async def publish(bus, name):
    count = 0
    while True:
        count += 1
        await bus.publish("hikyaku.incoming", b"x" * 2000, id=f"{name}-{count}")
        print(f"{name}-{count}", flush=True)

async def main():
    bus = await EmbeddedBus.open(Path(sys.argv[1]))
    print("open", flush=True)
    await asyncio.gather(*(publish(bus, name) for name in range(int(sys.argv[2]))))

asyncio.run(main())
"""


def start_publisher(path: Path, publishers: int) -> subprocess.Popen[str]:
    """Start a process that publishes and prints each id after its publish returned."""
    command = [sys.executable, "-c", textwrap.dedent(PUBLISHER), str(path), str(publishers)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


async def test_a_second_process_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bus.sqlite3"
    with start_publisher(path, 1) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "open\n"
        try:
            with pytest.raises(ConfigurationError, match="AMQP_URL"):
                await EmbeddedBus.open(path)
        finally:
            other.kill()


async def test_a_second_bus_of_the_same_process_is_refused(tmp_path: Path) -> None:
    bus = await EmbeddedBus.open(tmp_path / "bus.sqlite3")
    with pytest.raises(ConfigurationError):
        await EmbeddedBus.open(tmp_path / "bus.sqlite3")
    await bus.close()
    again = await EmbeddedBus.open(tmp_path / "bus.sqlite3")
    await again.close()


@pytest.mark.parametrize("delay", [0.05, 0.2, 0.5])
async def test_every_publish_that_returned_survives_sigkill(tmp_path: Path, delay: float) -> None:
    path = tmp_path / "bus.sqlite3"
    with start_publisher(path, 16) as publisher:
        assert publisher.stdout is not None
        assert publisher.stdout.readline() == "open\n"
        await asyncio.sleep(delay)
        publisher.kill()
        returned = set(publisher.stdout.read().rpartition("\n")[0].split())
    bus = await EmbeddedBus.open(path)
    collector = Collector()
    await bus.consume(INCOMING, collector, prefetch=64)
    await collector.wait_for(len(returned))
    await asyncio.sleep(0.1)
    assert returned
    assert returned <= set(collector.ids)
    assert len(collector.ids) == len(set(collector.ids))
    assert all(delivery.repeated for delivery in collector.deliveries)
    await bus.close()


async def test_a_full_disk_is_busaway_and_passes(tmp_path: Path) -> None:
    path = tmp_path / "bus.sqlite3"
    bus = await EmbeddedBus.open(path)
    await bus.publish(INCOMING, b"before", id="before")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    # A file that may not grow stands for a disk that is full.
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, before[1]))
    try:
        with pytest.raises(BusAway, match=r"bus\.sqlite3"):
            await bus.publish(INCOMING, os.urandom(400_000), id="too much")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)
    await bus.publish(INCOMING, b"after", id="after")
    collector = Collector()
    await bus.consume(INCOMING, collector, prefetch=8)
    await collector.wait_for(2)
    assert collector.ids == ["before", "after"]
    await bus.close()


async def test_a_directory_that_cannot_be_made_is_a_configuration_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match="DATA_DIR"):
        await EmbeddedBus.open(tmp_path / "file" / "bus.sqlite3")


async def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "bus.sqlite3"
    path.write_bytes(b"something else entirely" * 100)
    with pytest.raises(BusAway, match=r"bus\.sqlite3"):
        await EmbeddedBus.open(path)


async def test_a_long_backlog_is_not_loaded_at_once(tmp_path: Path) -> None:
    path = tmp_path / "bus.sqlite3"
    bus = await EmbeddedBus.open(path)
    body = b"x" * 50_000
    await asyncio.gather(*(bus.publish(INCOMING, body, id=str(number)) for number in range(2000)))
    await bus.close()
    bus = await EmbeddedBus.open(path)
    assert await bus.backlog(INCOMING) == 2000
    seen: list[str] = []
    before = _resident()

    async def handle(delivery: Delivery) -> None:
        seen.append(delivery.id)
        await delivery.done()

    await bus.consume(INCOMING, handle, prefetch=16)
    most = 0
    async with asyncio.timeout(60):
        while len(seen) < 2000:
            most = max(most, _resident() - before)
            await asyncio.sleep(0.01)
    assert seen == [str(number) for number in range(2000)]
    assert most < 30_000_000, "100 MB wait; only the head of the queue is in memory"
    await bus.close()


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


async def test_what_is_published_during_a_long_backlog_keeps_its_place(tmp_path: Path) -> None:
    bus = await EmbeddedBus.open(tmp_path / "bus.sqlite3")
    await asyncio.gather(*(bus.publish(INCOMING, b"", id=f"early-{number}") for number in range(1000)))
    collector = Collector()
    await bus.consume(INCOMING, collector, prefetch=1)
    await asyncio.gather(*(bus.publish(INCOMING, b"", id=f"late-{number}") for number in range(1000)))
    await collector.wait_for(2000)
    assert collector.ids == [f"early-{n}" for n in range(1000)] + [f"late-{n}" for n in range(1000)]
    await bus.close()
