"""The load of the hand-over bench: sessions that send one message after the other, as cheaply as Python can.

    python tests/bench/handover_load.py PORT CONNECTIONS PER_CONNECTION SECONDS

Sends to PORT over so many connections at once, each renewed after PER_CONNECTION messages, for SECONDS. Prints the
messages accepted, the seconds that took and the CPU seconds it used. MAIL, RCPT and DATA go in one write (RFC 2920),
and a session is driven by counting lines: any other reply than the expected one ends the run.
"""

import asyncio
import resource
import sys
import time
from typing import cast

import uvloop

_LINE = b"The quick brown fox jumps over the lazy dog, and the dog does not mind.\r\n"
MESSAGE = (
    b"From: Bob <bob@example.org>\r\nTo: Ada <ada@example.com>\r\nSubject: bench\r\n"
    b"Message-ID: <bench@example.org>\r\nDate: Thu, 01 Jan 2026 00:00:00 +0000\r\nMIME-Version: 1.0\r\n\r\n"
) + _LINE * 68
_HELLO = b"EHLO client.example.org\r\n"
_ENVELOPE = b"MAIL FROM:<bob@example.org>\r\nRCPT TO:<ada@example.com>\r\nDATA\r\n"
_DATA = MESSAGE + b".\r\n"


class Load:
    """What all connections share."""

    def __init__(self, port: int, per_connection: int, seconds: float) -> None:
        self.port = port
        self.per_connection = per_connection
        self.ends = time.monotonic() + seconds
        self.accepted = 0
        self.open = 0
        self.done = asyncio.Event()

    @property
    def goes_on(self) -> bool:
        """Whether there is still time to send."""
        return time.monotonic() < self.ends

    async def connect(self) -> None:
        """Open one connection, which sends by itself."""
        loop = asyncio.get_running_loop()
        self.open += 1
        await loop.create_connection(lambda: Sender(self), "127.0.0.1", self.port)

    def closed(self) -> None:
        """Replace a connection that has ended, while there is time."""
        self.open -= 1
        if self.goes_on:
            asyncio.get_running_loop().create_task(self.connect())
        elif not self.open:
            self.done.set()


class Sender(asyncio.Protocol):
    """One connection: greeting, EHLO, then messages, then QUIT."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._left = load.per_connection
        self._seen = bytearray()
        self._step = self._greeted

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Wait for the greeting."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Go on once the reply that is waited for is whole."""
        self._seen += data
        self._step()

    def connection_lost(self, error: Exception | None) -> None:
        """Have another one opened."""
        self._load.closed()

    def _came(self, last: bytes, lines: int = 1) -> bool:
        """Whether the whole answer is there: so many lines at least, of which the last begins with `last`."""
        seen = self._seen
        if not seen.endswith(b"\r\n") or seen.count(b"\n") < lines:
            return False
        begin = seen.rfind(b"\n", 0, -1) + 1
        if seen[begin + 3 : begin + 4] == b"-":
            return False
        if not seen.startswith(last, begin):
            raise SystemExit(f"the server said {seen.decode(errors='replace')}")
        seen.clear()
        return True

    def _greeted(self) -> None:
        if self._came(b"220 "):
            self._step = self._ready
            self._transport.write(_HELLO)

    def _ready(self) -> None:
        if self._came(b"250 "):
            self._send()

    def _send(self) -> None:
        if self._left and self._load.goes_on:
            self._left -= 1
            self._step = self._invited
            self._transport.write(_ENVELOPE)
        else:
            self._step = self._parted
            self._transport.write(b"QUIT\r\n")

    def _invited(self) -> None:
        if self._came(b"354 ", 3):
            self._step = self._taken
            self._transport.write(_DATA)

    def _taken(self) -> None:
        if self._came(b"250 "):
            self._load.accepted += 1
            self._send()

    def _parted(self) -> None:
        if self._came(b"221 "):
            self._transport.close()


async def main(port: int, connections: int, per_connection: int, seconds: float) -> None:
    """Send, and say what came of it."""
    load = Load(port, per_connection, seconds)
    began, used = time.monotonic(), time.process_time()
    await asyncio.gather(*(load.connect() for _ in range(connections)))
    await load.done.wait()
    print(load.accepted, time.monotonic() - began, time.process_time() - used, flush=True)


if __name__ == "__main__":
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    uvloop.run(main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])))
