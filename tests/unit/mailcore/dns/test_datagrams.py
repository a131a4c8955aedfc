"""On either loop: a socket hears only its server, and one that is cancelled while it is opened is closed."""

import asyncio
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
import uvloop

from mailcore.dns.datagrams import open_datagrams

LOOPS = pytest.mark.parametrize("loop", [asyncio.new_event_loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"])
LoopFactory = Callable[[], asyncio.AbstractEventLoop]


def sockets() -> int:
    """Count the open descriptors of this process."""
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


async def cancelled_at_every_step() -> None:
    before = sockets()
    for steps in range(8):
        opening = asyncio.create_task(open_datagrams("127.0.0.1", 9))
        for _ in range(steps):
            await asyncio.sleep(0)
        opening.cancel()
        done = (await asyncio.gather(opening, return_exceptions=True))[0]
        if not isinstance(done, BaseException):
            await done.close()
    await asyncio.sleep(0.05)
    assert sockets() == before


async def spoken_through() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(5)
        async with await open_datagrams(*server.getsockname()) as datagrams:
            assert await datagrams.sendto(b"asked", server.getsockname(), None) == 5
            asked, client = await asyncio.to_thread(_received, server)
            server.sendto(b"said", client)
            assert (asked, await datagrams.recvfrom(512, None)) == (b"asked", (b"said", server.getsockname()))
    with pytest.raises(EOFError):
        await datagrams.recvfrom(512, None)


async def refused() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as gone:
        gone.bind(("127.0.0.1", 0))
        address = gone.getsockname()
    async with await open_datagrams(*address) as datagrams:
        await datagrams.sendto(b"asked", address, None)
        with pytest.raises(ConnectionRefusedError):
            await asyncio.wait_for(datagrams.recvfrom(512, None), 30)


async def spoken_to_by_another() -> None:
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as another,
    ):
        server.bind(("127.0.0.1", 0))
        server.settimeout(5)
        async with await open_datagrams(*server.getsockname()) as datagrams:
            await datagrams.sendto(b"asked", server.getsockname(), None)
            _, client = await asyncio.to_thread(_received, server)
            another.sendto(b"forged", client)
            server.sendto(b"said", client)
            assert await datagrams.recvfrom(512, None) == (b"said", server.getsockname())


def _received(server: socket.socket) -> tuple[bytes, tuple[str, int]]:
    return server.recvfrom(512)


@LOOPS
@pytest.mark.parametrize("conduct", [cancelled_at_every_step, spoken_through, refused, spoken_to_by_another])
def test_datagrams(conduct: Callable[[], object], loop: LoopFactory) -> None:
    with asyncio.Runner(loop_factory=loop) as runner:
        runner.run(conduct())  # type: ignore[arg-type]
