"""A hook, against a real HTTP server on loopback that answers as told."""

import asyncio
import gzip
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from processor.addons.hook import ask_hook
from processor.addons.response import AddonFailed, AddonLater
from processor.addons.spool import Spool

FACTS = {"MAIL_SENDER": "\u98db\u811a@example.net", "MAIL_RECIPIENTS": "a@example.com\nb@example.com"}
MESSAGE = b"Subject: hello\r\n\r\n" + b"text\r\n" * 30_000


class Heard:
    """What the server got."""

    head = b""
    body = b""
    port = 0


@asynccontextmanager
async def answering(reply: bytes, *, hangs: bool = False) -> AsyncIterator[Heard]:
    heard = Heard()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            heard.head = await reader.readuntil(b"\r\n\r\n")
            size = int(heard.head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
            heard.body = await reader.readexactly(size)
            writer.write(reply)
            await writer.drain()
            if hangs:
                await reader.read()
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()
        over.set()

    over = asyncio.Event()
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    heard.port = server.sockets[0].getsockname()[1]
    yield heard
    server.close()
    if heard.head:
        await over.wait()


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    made = Spool(tmp_path)
    made.message.write_bytes(MESSAGE)
    return made


def reply(status: str, body: bytes = b"", *fields: str) -> bytes:
    """Give a reply as it is on the wire."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *fields]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def endless(body: bytes) -> bytes:
    """Give a reply that does not say how long it is, and does not end where the connection does not."""
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nAddon-Answer: 10\r\n\r\n"
    return head + b"".join(b"1\r\n%c\r\n" % octet for octet in body)


async def test_the_message_goes_there_and_the_answer_comes_back(spool: Spool) -> None:
    async with answering(reply("200 OK", b"X-A: b\n", "Addon-Answer: 11")) as heard:
        found = await ask_hook(f"http://127.0.0.1:{heard.port}/scan?x=1", FACTS, spool, most=100, seconds=5)
    assert (found.code, found.output.read_bytes()) == (11, b"X-A: b\n")
    assert heard.body == MESSAGE
    lines = heard.head.decode().split("\r\n")
    assert lines[0] == "POST /scan?x=1 HTTP/1.1"
    lower = {line.lower() for line in lines}
    assert "content-type: message/rfc822" in lower
    assert "mail-sender: %e9%a3%9b%e8%84%9a@example.net" in lower
    assert "mail-recipients: a@example.com%0ab@example.com" in lower


@pytest.mark.parametrize("answer", [reply("204 No Content"), reply("200 OK", b"", "Content-Encoding: Identity")])
async def test_without_a_number_the_message_goes_on(spool: Spool, answer: bytes) -> None:
    async with answering(answer) as heard:
        found = await ask_hook(f"http://127.0.0.1:{heard.port}/", FACTS, spool, most=100, seconds=5)
    assert found.code == 0


@pytest.mark.parametrize(
    ("answer", "kind", "says"),
    [
        (reply("302 Found", b"", "Location: http://127.0.0.1:1/"), AddonFailed, "302"),
        (reply("404 Not Found"), AddonFailed, "404"),
        (reply("500 Oops"), AddonFailed, "500"),
        (reply("503 Busy"), AddonLater, "503"),
        (reply("429 Slowly"), AddonLater, "429"),
        (reply("200 OK", b"x" * 101, "Addon-Answer: 10"), AddonFailed, "more than 100 octets"),
        (reply("200 OK", b"", "Addon-Answer: lots"), AddonFailed, "no number"),
        (
            reply("200 OK", gzip.compress(b"X-A: b\n"), "Addon-Answer: 11", "Content-Encoding: gzip"),
            AddonFailed,
            "gzip",
        ),
        (endless(b"x" * 70_000), AddonFailed, "more than 100 octets"),
        (b"nonsense\r\n\r\n", AddonFailed, "RemoteProtocolError"),
        (b"", AddonFailed, "RemoteProtocolError"),
    ],
)
async def test_whatever_it_answers_is_a_failure_or_another_time(
    spool: Spool, answer: bytes, kind: type[Exception], says: str
) -> None:
    async with answering(answer) as heard:
        with pytest.raises(kind, match=says):
            await ask_hook(f"http://127.0.0.1:{heard.port}/", FACTS, spool, most=100, seconds=5)


async def test_one_that_hangs_is_left(spool: Spool) -> None:
    async with answering(b"", hangs=True) as heard:
        with pytest.raises(AddonFailed, match="within 1 s"):
            await ask_hook(f"http://127.0.0.1:{heard.port}/", FACTS, spool, most=100, seconds=1)


async def test_one_that_answers_without_an_end_is_left(spool: Spool) -> None:
    """What comes in time counts for nothing when the whole does not."""
    async with answering(endless(b"X-A: b"), hangs=True) as heard:
        with pytest.raises(AddonFailed, match="within 1 s"):
            await ask_hook(f"http://127.0.0.1:{heard.port}/", FACTS, spool, most=100, seconds=1)


async def test_one_that_is_away_is_asked_later(spool: Spool) -> None:
    async with answering(b"") as heard:
        pass
    with pytest.raises(AddonLater, match="cannot be reached"):
        await ask_hook(f"http://127.0.0.1:{heard.port}/", FACTS, spool, most=100, seconds=5)
