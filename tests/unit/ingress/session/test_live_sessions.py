import asyncio

from tests.fakes.null_handler import NullHandler
from tests.fakes.scripted_handler import ScriptedHandler

from ingress.session import Listener, LiveSessions, Session


async def connect(handler: NullHandler | ScriptedHandler, live: LiveSessions, said: bytes) -> asyncio.StreamReader:
    """Connect, say something, and read what was answered to it."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Session(handler, Listener("smtp"), live), "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    server.close()
    writer.write(said)
    for _ in range(said.count(b"\r\n") + 1):
        line = await reader.readline()
        while line[3:4] == b"-":
            line = await reader.readline()
    reader.writer = writer  # type: ignore[attr-defined]  # or the connection would be closed with it
    return reader


def write(reader: asyncio.StreamReader, octets: bytes) -> None:
    reader.writer.write(octets)  # type: ignore[attr-defined]


async def test_idle_sessions_end_at_once() -> None:
    live = LiveSessions()
    readers = [await connect(NullHandler(), live, b"EHLO x\r\n") for _ in range(3)]
    assert len(live) == 3
    await live.shut_down(grace=60)
    assert len(live) == 0
    for reader in readers:
        assert await reader.read() == b"421 4.3.2 Service is shutting down, try again later\r\n"
        reader.writer.close()  # type: ignore[attr-defined]


TRANSACTION = b"EHLO x\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.com>\r\n"


async def test_a_transaction_may_end_first() -> None:
    live = LiveSessions()
    reader = await connect(NullHandler(), live, TRANSACTION)
    stopping = asyncio.create_task(live.shut_down(grace=60))
    await asyncio.sleep(0.05)
    assert not stopping.done()
    write(reader, b"DATA\r\n")
    assert (await reader.readline()).startswith(b"354")
    write(reader, b"x\r\n.\r\n")
    assert (await reader.readline()).startswith(b"250 2.0.0")
    assert (await reader.read()).startswith(b"421 4.3.2")
    await stopping
    reader.writer.close()  # type: ignore[attr-defined]


async def test_a_message_that_takes_too_long_is_given_up() -> None:
    live, handler = LiveSessions(), ScriptedHandler()
    reader = await connect(handler, live, TRANSACTION + b"DATA\r\n")
    write(reader, b"half\r\nmore")
    await asyncio.sleep(0.05)
    await live.shut_down(grace=0.05)
    assert (await reader.read()).startswith(b"421 4.3.2")
    assert handler.events[-2:] == [r"abort stopping half\r\nmore", "closed"]
    reader.writer.close()  # type: ignore[attr-defined]


async def test_what_is_being_handed_over_is_waited_for() -> None:
    live, handler = LiveSessions(), ScriptedHandler(delays={"message": 0.3})
    reader = await connect(handler, live, TRANSACTION + b"DATA\r\n")
    write(reader, b"x\r\n.\r\n")
    await asyncio.sleep(0.05)
    await live.shut_down(grace=0)
    assert handler.messages == [b"x\r\n"]
    assert (await reader.readline()).startswith(b"250 2.0.0")
    assert (await reader.read()).startswith(b"421 4.3.2")
    reader.writer.close()  # type: ignore[attr-defined]


async def test_a_judgement_under_way_is_given_up() -> None:
    live, handler = LiveSessions(), ScriptedHandler(delays={"mail": 60})
    reader = await connect(handler, live, b"EHLO x\r\n")
    write(reader, b"MAIL FROM:<a@example.org>\r\n")
    await asyncio.sleep(0.05)
    await live.shut_down(grace=60)
    assert (await reader.read()).startswith(b"421 4.3.2")
    reader.writer.close()  # type: ignore[attr-defined]


async def test_nobody_is_there() -> None:
    await LiveSessions().shut_down(grace=60)
