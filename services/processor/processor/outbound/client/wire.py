"""One connection: lines in, octets out, TLS in between. Never holds more than a few replies."""

import asyncio
import ssl
from contextlib import suppress
from typing import Self, cast

MOST_LINE = 8192
"""Octets of a reply line that are bearable; RFC 5321 4.5.3.1.5 allows 512."""
_MOST_UNREAD = 256 * 1024


class WireLost(Exception):  # noqa: N818 - reads as what happened
    """The connection is gone, or what came over it is no SMTP."""


class Wire(asyncio.Protocol):
    """The client's end of a connection."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._unread = bytearray()
        self._lost: str | None = None
        self._news = asyncio.Event()
        self._writable = asyncio.Event()
        self._writable.set()

    @classmethod
    async def connect(cls, address: str, port: int, *, tls: ssl.SSLContext | None, name: str) -> Self:
        """Connect to an IP address, under implicit TLS when `tls` is given. Raises OSError (TLS errors are such)."""
        _, wire = await asyncio.get_running_loop().create_connection(
            cls, address, port, ssl=tls, server_hostname=name if tls else None
        )
        return wire

    @classmethod
    async def connect_to_path(cls, path: str) -> Self:
        """Connect to a socket of this machine. Raises OSError."""
        _, wire = await asyncio.get_running_loop().create_unix_connection(cls, path)
        return wire

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        # uvloop's transports are such without being subclasses.
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Keep what came; a server that floods us is cut off."""
        self._unread += data
        if len(self._unread) > _MOST_UNREAD:
            self._lost = "the server sent more than any reply holds"
            self.abort()
        self._news.set()

    def eof_received(self) -> bool:
        """Let the transport close: a server that says nothing more takes nothing more."""
        self._lost = self._lost or "the server closed the connection"
        self._news.set()
        self._writable.set()
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """Wake whoever waits."""
        self._lost = self._lost or (f"the connection was lost: {exc}" if exc else "the server closed the connection")
        self._news.set()
        self._writable.set()

    def pause_writing(self) -> None:
        """Have writers wait."""
        self._writable.clear()

    def resume_writing(self) -> None:
        """Let writers go on."""
        self._writable.set()

    @property
    def is_lost(self) -> bool:
        """Whether nothing can be sent any more."""
        return self._lost is not None

    @property
    def has_unread(self) -> bool:
        """Whether something came that nobody has read yet."""
        return bool(self._unread)

    async def line(self) -> bytes:
        """Give the next line without its end. Raises WireLost once there is none and none can come."""
        while (end := self._unread.find(b"\n")) < 0:
            if len(self._unread) > MOST_LINE:
                raise WireLost("the server sent a line that is too long")
            if self._lost is not None:
                raise WireLost(self._lost)
            self._news.clear()
            await self._news.wait()
        line = bytes(self._unread[:end])
        del self._unread[: end + 1]
        if len(line) > MOST_LINE:
            raise WireLost("the server sent a line that is too long")
        return line.removesuffix(b"\r")

    async def write(self, octets: bytes) -> None:
        """Send, and return when there is room for more. Raises WireLost."""
        if self._lost is not None or self._transport is None or self._transport.is_closing():
            raise WireLost(self._lost or "the connection is closed")
        self._transport.write(octets)
        await self._writable.wait()
        if self.is_lost:
            raise WireLost(self._lost)

    async def start_tls(self, context: ssl.SSLContext, name: str | None) -> None:
        """Go on under TLS. Raises OSError, and WireLost when something came in the clear that belongs inside."""
        if self._unread:
            # What an attacker put there would be read as if it had come under TLS.
            raise WireLost("the server sent something between its reply to STARTTLS and TLS")
        if self._lost is not None or self._transport is None:
            raise WireLost(self._lost or "the connection is closed")
        loop = asyncio.get_running_loop()
        transport: asyncio.Transport | None = await loop.start_tls(self._transport, self, context, server_hostname=name)
        if transport is None:
            # The server went between the handshake and this line.
            raise WireLost("the connection was lost inside the TLS handshake")
        self._transport = transport

    def tls_object(self) -> ssl.SSLObject | None:
        """Give what knows version and cipher; None in the clear."""
        found = self._transport.get_extra_info("ssl_object") if self._transport else None
        return found if isinstance(found, ssl.SSLObject) or hasattr(found, "cipher") else None

    def certificates(self) -> list[bytes]:
        """Give the certificates that the server sent (DER), its own first; checked or not. Empty in the clear."""
        found = self.tls_object()
        if found is None:
            return []
        if hasattr(found, "get_unverified_chain"):
            return list(found.get_unverified_chain())
        # Before Python 3.13 the chain is known to the object behind this one alone.
        chain = found._sslobj.get_unverified_chain()  # type: ignore[attr-defined]  # noqa: SLF001 - as said above
        return [ssl.PEM_cert_to_DER_cert(certificate.public_bytes()) for certificate in chain or ()]

    @property
    def local_ip(self) -> str:
        """Our own address of this connection; empty when it is not known."""
        name = self._transport.get_extra_info("sockname") if self._transport else None
        return str(name[0]) if name else ""

    def close(self) -> None:
        """Close after what was written is sent."""
        self._lost = self._lost or "the connection was closed"
        if self._transport:
            self._transport.close()

    def abort(self) -> None:
        """Drop the connection at once: what was not sent stays unsent."""
        self._lost = self._lost or "the connection was dropped"
        if self._transport:
            with suppress(OSError):
                self._transport.abort()
