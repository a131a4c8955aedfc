import asyncio
import gc
import socket
import weakref
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from tests.fakes.null_handler import NullHandler
from tests.fakes.scripted_handler import ScriptedHandler

from ingress.session import Listener, LiveSessions, Session
from ingress.session.connection import _MOST_INCOMING

ONE_READ = 256 * 1024
"""What a transport may bring at once before pausing shows."""


def bound_socket() -> socket.socket:
    """Give a listening socket whose connections hold little, so that a client that does not read is felt soon."""
    bound = socket.socket()
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    bound.bind(("127.0.0.1", 0))
    return bound


@asynccontextmanager
async def session_and_client(
    handler: NullHandler | ScriptedHandler,
) -> AsyncIterator[tuple[Session, asyncio.StreamReader, asyncio.StreamWriter]]:
    """Give a session, and its client after the greeting."""
    sessions: list[Session] = []
    live = LiveSessions()

    def make() -> Session:
        sessions.append(Session(handler, Listener("smtp"), live))
        return sessions[-1]

    server = await asyncio.get_running_loop().create_server(make, sock=bound_socket())
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.connect(server.sockets[0].getsockname())
    reader, writer = await asyncio.open_connection(sock=client)
    await reader.readline()
    try:
        yield sessions.pop(), reader, writer
    finally:
        writer.close()
        server.close()
        await live.shut_down(0)


async def test_a_client_that_does_not_read_is_not_read_from() -> None:
    async with session_and_client(NullHandler()) as (session, reader, writer):
        commands = 100_000
        writer.write(b"NOOP\r\n" * commands)
        for _ in range(50):
            await asyncio.sleep(0.01)
            assert len(session.incoming) <= _MOST_INCOMING + ONE_READ
            assert session.transport.get_write_buffer_size() <= ONE_READ
        assert len(session.incoming) > 0
        replies = 0
        while replies < commands:
            replies += (await reader.read(1 << 20)).count(b"\n")
        assert replies == commands


async def test_a_slow_sink_holds_the_client_back() -> None:
    handler = ScriptedHandler(delays={"write": 0.01})
    async with session_and_client(handler) as (session, reader, writer):
        writer.write(b"EHLO x\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.com>\r\nDATA\r\n")
        while not (await reader.readline()).startswith(b"354"):
            pass
        content = b"\r\n" + (b"x" * 998 + b"\r\n") * 8000
        writer.write(content + b".\r\n")
        reply = asyncio.create_task(reader.readline())
        while not reply.done():
            await asyncio.sleep(0.005)
            assert len(session.incoming) <= _MOST_INCOMING + ONE_READ
        assert (await reply).startswith(b"250 2.0.0")
        assert handler.messages == [content]


async def test_replies_to_pipelined_commands_go_out_together() -> None:
    async with session_and_client(NullHandler()) as (_, reader, writer):
        writer.write(b"NOOP\r\n" * 20)
        octets = await reader.read(1 << 16)
        assert octets.count(b"\n") == 20


@pytest.mark.parametrize("when", [b"", b"EHLO x\r\n", b"EHLO x\r\nMAIL FROM:<a@example.org>\r\n"])
async def test_a_client_that_vanishes_leaves_nothing_behind(when: bytes) -> None:
    handler = ScriptedHandler()
    async with session_and_client(handler) as (_, reader, writer):
        writer.write(when)
        if when:
            await reader.readline()
        writer.transport.abort()
        while handler.events[-1] != "closed":
            await asyncio.sleep(0.01)
        assert handler.events.count("closed") == 1


async def test_a_cancelled_session_lets_its_client_go() -> None:
    handler = ScriptedHandler()
    async with session_and_client(handler) as (session, reader, _):
        session._task.cancel()
        assert await reader.read() == b""
        assert handler.events[-1] == "closed"


async def test_lines_of_the_base_class_are_sent_as_they_are() -> None:
    async with session_and_client(NullHandler()) as (session, reader, _):
        await session.push("250 2.0.0 from text")
        await session.push(b"250 2.0.0 from octets")
        assert await reader.readline() == b"250 2.0.0 from text\r\n"
        assert await reader.readline() == b"250 2.0.0 from octets\r\n"


@pytest.mark.parametrize("farewell", [b"QUIT\r\n", b""])
async def test_a_session_is_gone_when_it_ends(farewell: bytes) -> None:
    """Thousands of sessions that wait for the garbage collector are memory that a flood can take."""
    gc.collect()
    gc.disable()
    try:
        async with session_and_client(NullHandler()) as (session, reader, writer):
            gone = asyncio.Event()
            weakref.finalize(session, gone.set)
            del session
            writer.write(b"EHLO client.example.org\r\nWHAT\r\n" + farewell)
            while not (await reader.readline()).startswith((b"500 ", b"221 ")):
                pass
            writer.close()
            async with asyncio.timeout(5):
                await gone.wait()
    finally:
        gc.enable()
