import asyncio
import socket
from collections.abc import Iterator

import pytest

from ingress.doorman import doorman
from mailcore import replies


@pytest.fixture
def sockets() -> Iterator[dict[str, socket.socket]]:
    with socket.create_server(("127.0.0.1", 0)) as smtp, socket.create_server(("127.0.0.1", 0)) as submissions:
        for one in (smtp, submissions):
            one.settimeout(0)
        yield {"smtp": smtp, "submissions": submissions}


async def heard(listener: socket.socket) -> bytes | None:
    """Give what a client hears until the connection is closed; None when it is left waiting."""
    reader, writer = await asyncio.open_connection(*listener.getsockname())
    try:
        return await asyncio.wait_for(reader.read(), 0.3)
    except TimeoutError:
        return None
    finally:
        writer.close()


async def test_clients_wait_at_first_and_are_turned_away_when_it_lasts(sockets: dict[str, socket.socket]) -> None:
    async with doorman(sockets, patience=0.6):
        assert await heard(sockets["smtp"]) is None
        await asyncio.sleep(0.5)
        assert await heard(sockets["smtp"]) == replies.SESSION_FAILED.wire()
        assert await heard(sockets["submissions"]) == b""
    assert await heard(sockets["smtp"]) is None


async def test_the_sockets_can_be_served_afterwards(sockets: dict[str, socket.socket]) -> None:
    async with doorman(sockets, patience=0.0):
        await asyncio.sleep(0.05)

    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"served")
        writer.close()

    server = await asyncio.start_server(serve, sock=sockets["smtp"])
    assert await heard(sockets["smtp"]) == b"served"
    server.close()


async def test_what_fails_inside_comes_out(sockets: dict[str, socket.socket]) -> None:
    with pytest.raises(LookupError):
        async with doorman(sockets, patience=0.0):
            raise LookupError
