import asyncio

import pytest
from tests.parts.ports import free_ports

from mailcore.bus.link import Link
from mailcore.errors import BusAway


async def nothing_to_set_up(_: object) -> None:
    """Open no channel."""


async def test_nobody_there_is_busaway_at_once_and_says_why() -> None:
    lost: list[str] = []
    url = f"amqp://user:secret@127.0.0.1:{free_ports(1)[0]}/"
    link = Link(url, "test", lambda: 0.0, up=nothing_to_set_up, down=lost.append)
    with pytest.raises(BusAway, match="not connected yet"):
        _ = link.connection
    await link.start()
    with pytest.raises(BusAway, match="127\\.0\\.0\\.1") as caught:
        _ = link.connection
    assert "secret" not in str(caught.value)
    assert lost == []
    await link.close()


async def test_one_that_accepts_and_says_nothing_does_not_hold_up_the_start() -> None:
    accepted = asyncio.Event()

    async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        accepted.set()
        writer.close()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    url = f"amqp://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    link = Link(url, "test", lambda: 0.0, up=nothing_to_set_up, down=lambda _: None)
    async with asyncio.timeout(5):
        await link.start()
    assert accepted.is_set()
    with pytest.raises(BusAway):
        _ = link.connection
    await link.close()
    server.close()
    await server.wait_closed()
