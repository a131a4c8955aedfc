"""A UDP socket for one query, that is closed whatever its query is cancelled in.

dnspython's own leaves it open when the query is cancelled while it is being opened, on uvloop: nobody holds its
transport yet then, and nothing ever closes it.
"""

import asyncio
import socket
from typing import Any

from dns.asyncbackend import DatagramSocket  # type: ignore[attr-defined]  # where it is documented to be
from dns.inet import af_for_address

_Arrival = tuple[bytes, Any] | Exception


class _Arrivals(asyncio.DatagramProtocol):
    """What comes in, in its order, and the transport it comes through."""

    def __init__(self) -> None:
        self.queue: asyncio.Queue[_Arrival] = asyncio.Queue()
        self.transport: asyncio.DatagramTransport | None = None
        self._is_abandoned = False

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]  # the narrower one
        self.transport = transport
        if self._is_abandoned:
            transport.close()

    def datagram_received(self, data: bytes, addr: Any) -> None:
        self.queue.put_nowait((data, addr))

    def error_received(self, exc: Exception) -> None:
        self.queue.put_nowait(exc)

    def connection_lost(self, exc: Exception | None) -> None:
        self.queue.put_nowait(exc or EOFError("the socket was closed"))

    def abandon(self) -> None:
        """Close the transport, now or as soon as there is one."""
        self._is_abandoned = True
        if self.transport is not None:
            self.transport.close()


class Datagrams(DatagramSocket):
    """A socket as dnspython's queries take one; its time is bounded by whoever asks."""

    def __init__(self, family: int, transport: asyncio.DatagramTransport, arrivals: _Arrivals) -> None:
        super().__init__(family, socket.SOCK_DGRAM)
        self._transport = transport
        self._arrivals = arrivals

    async def sendto(self, what: bytes, destination: Any, timeout: float | None) -> int:  # noqa: ARG002, ASYNC109 - dnspython's
        """Send a datagram to where the socket is connected; never waits."""
        self._transport.sendto(what)
        return len(what)

    async def recvfrom(self, size: int, timeout: float | None) -> tuple[bytes, Any]:  # noqa: ARG002, ASYNC109 - the same
        """Give the next datagram and where it came from. Raises OSError, or EOFError once it is closed."""
        arrival = await self._arrivals.queue.get()
        if isinstance(arrival, Exception):
            raise arrival
        return arrival

    async def close(self) -> None:
        """Close it."""
        self._transport.close()


async def open_datagrams(address: str, port: int) -> Datagrams:
    """Open a socket on a random port, connected to an IP address. Raises OSError.

    The system passes on only what comes from there, and tells at once when nobody listens: a server that is down costs
    no wait for its timeout.
    """
    family = af_for_address(address)
    arrivals = _Arrivals()
    loop = asyncio.get_running_loop()
    try:
        transport, _ = await loop.create_datagram_endpoint(lambda: arrivals, family=family, remote_addr=(address, port))
    except BaseException:  # a cancellation above all
        arrivals.abandon()
        raise
    return Datagrams(family, transport, arrivals)
