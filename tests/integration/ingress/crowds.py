"""Many clients at once, none of which behaves, and a watch on what they do to ingress."""

import asyncio
import logging
import resource
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import pytest
from structlog.testing import capture_logs
from tests.integration.ingress.running import Ingress

SOON = 5.0
"""Seconds in which a client must be served meanwhile: one or less, on a machine that has nothing else to do."""
_MIB = 1024 * 1024
_SLACK = 8
"""File descriptors that a pool may have opened meanwhile."""


class Caller(asyncio.Protocol):
    """A client that keeps what it hears, and reads only while it wants to."""

    def __init__(self) -> None:
        self.heard = bytearray()
        self.is_greeted = asyncio.Event()
        self.is_gone = asyncio.Event()
        self._may_write = asyncio.Event()
        self._may_write.set()

    @classmethod
    async def call(cls, port: int) -> "Caller":
        """Connect, not waiting for the greeting."""
        _, caller = await asyncio.get_running_loop().create_connection(cls, "127.0.0.1", port)
        return caller

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Note the way to the server."""
        self.transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Keep what the server says."""
        self.heard += data
        self.is_greeted.set()

    def connection_lost(self, error: Exception | None) -> None:
        """Note the end."""
        self.is_gone.set()
        self.is_greeted.set()
        self._may_write.set()

    def pause_writing(self) -> None:
        """Wait: the server does not read."""
        self._may_write.clear()

    def resume_writing(self) -> None:
        """Go on."""
        self._may_write.set()

    async def write(self, octets: bytes) -> None:
        """Send octets as the server takes them."""
        self.transport.write(octets)
        await self._may_write.wait()

    async def hear(self, what: bytes) -> None:
        """Wait until the server has said it."""
        async with asyncio.timeout(60):
            while what not in self.heard:
                assert not self.is_gone.is_set(), bytes(self.heard[-200:])
                await asyncio.sleep(0.005)

    def hang_up(self) -> None:
        """Vanish."""
        self.transport.abort()


async def crowd(port: int, count: int) -> list[Caller]:
    """Connect so many clients at once; give them when each has heard something."""
    callers = await asyncio.gather(*(Caller.call(port) for _ in range(count)))
    async with asyncio.timeout(60):
        await asyncio.gather(*(caller.is_greeted.wait() for caller in callers))
    return callers


def room_for(wanted: int) -> int:
    """Give how many connections, both of whose ends are ours, the limit of open files allows."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return min(wanted, (most - 500) // 2)


def sessions(ingress: Ingress) -> float | None:
    """Give how many sessions ingress counts."""
    return ingress.platform.metrics.registry.get_sample_value("hikyaku_sessions")


async def serve_another(ingress: Ingress) -> float:
    """Deliver a message as a client that behaves; give the seconds from its connection to its 250."""
    began = time.monotonic()
    async with ingress.client() as client:
        reply = await client.deliver("bob@example.org", "ada@example.com")
    assert reply.startswith("250 "), reply
    return time.monotonic() - began


@asynccontextmanager
async def unharmed(ingress: Ingress, caplog: pytest.LogCaptureFixture, *, mib: int) -> AsyncIterator[None]:
    """Demand that the block leaves nothing behind, fails nowhere, and takes at most `mib` MiB of memory, kept or not.

    Both ends of each connection are in this process, so that clients count too.
    """
    await serve_another(ingress)
    await _until_alone(ingress)
    tasks, files = asyncio.all_tasks(), _open_files()
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    before = _peak()
    with capture_logs() as logs, caplog.at_level(logging.ERROR):
        yield
        await _until_alone(ingress)
    assert _peak() - before < mib * _MIB
    await _until_no_more_than(tasks)
    assert _open_files() <= files + _SLACK
    assert [line for line in logs if line["log_level"] in {"error", "critical"}] == []
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


async def _until_alone(ingress: Ingress) -> None:
    async with asyncio.timeout(20):
        while sessions(ingress):
            await asyncio.sleep(0.01)
    await asyncio.sleep(0.05)


async def _until_no_more_than(tasks: set[asyncio.Task[Any]]) -> None:
    """Wait until there are as few tasks as there were; what looks after something now and then may be at it."""
    for _ in range(200):
        if len(asyncio.all_tasks()) <= len(tasks):
            return
        await asyncio.sleep(0.05)
    pytest.fail(f"left behind: {asyncio.all_tasks() - tasks}")


def _open_files() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def _peak() -> int:
    """Give the largest resident size since it was reset, in octets."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024
