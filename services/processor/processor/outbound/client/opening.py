"""Opening a session: connect, greeting, EHLO, STARTTLS, AUTH."""

import asyncio
import ssl
from dataclasses import dataclass
from typing import Literal

from processor.outbound.client.answer import Answer, SessionFailed, TlsFailed
from processor.outbound.client.extensions import Extensions
from processor.outbound.client.sasl import Credentials, log_in
from processor.outbound.client.session import Session, Tls
from processor.outbound.client.timeouts import Timeouts
from processor.outbound.client.wire import Wire, WireLost

_TLS_READY = 220

TlsUse = Literal["off", "opportunistic", "required", "verified", "implicit"]
"""`opportunistic`: where it is offered; `required`: or nothing is sent; `verified`: with a certificate that is valid
for the server's name; `implicit`: as `verified`, from the first octet on (RFC 8314)."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where to connect to, and how."""

    name: str
    """Its host name, or its address where there is no name."""
    address: str
    port: int
    tls: TlsUse = "opportunistic"
    credentials: Credentials | None = None

    def __str__(self) -> str:
        return f"{self.name}[{self.address}]:{self.port}"


class Opener:
    """Opens sessions as one client."""

    def __init__(self, timeouts: Timeouts, trusted: ssl.SSLContext, unverified: ssl.SSLContext) -> None:
        """`trusted` checks certificates and names, `unverified` neither."""
        self._timeouts = timeouts
        self._trusted = trusted
        self._unverified = unverified

    async def open(self, server: Server, hostname: str, deadline: float) -> Session:
        """Give a session that is ready for MAIL; `hostname` is what we call ourselves.

        Raises SessionFailed, TlsFailed among them: then, where TLS is opportunistic, another try without it may do.
        """
        session = await self._connect(server, deadline)
        try:
            await self._greeting(session)
            await self._hello(session, hostname)
            if server.tls not in {"off", "implicit"}:
                await self._start_tls(session, server, hostname)
            if server.credentials is not None:
                await log_in(session, server.credentials)
        except BaseException:
            session.drop()
            raise
        return session

    async def _connect(self, server: Server, deadline: float) -> Session:
        context = self._trusted if server.tls == "implicit" else None
        seconds = self._timeouts.connect + (self._timeouts.tls if context else 0.0)
        until = min(asyncio.get_running_loop().time() + seconds, deadline)
        try:
            async with asyncio.timeout_at(until):
                wire = await Wire.connect(server.address, server.port, tls=context, name=server.name)
        except TimeoutError as error:
            raise SessionFailed(Answer("connect", why=f"no connection within {seconds:g} s")) from error
        except ssl.SSLError as error:
            raise TlsFailed(Answer("tls", why=f"the TLS handshake failed: {error}", status="4.7.5")) from error
        except OSError as error:
            raise SessionFailed(Answer("connect", why=error.strerror or str(error))) from error
        session = Session(wire, self._timeouts, deadline)
        session.tls = _tls_of(wire, is_verified=True) if context else None
        return session

    async def _greeting(self, session: Session) -> None:
        reply = await session.reply("greeting", self._timeouts.greeting)
        if not reply.is_success:
            raise SessionFailed(Answer("greeting", reply))

    async def _hello(self, session: Session, hostname: str) -> None:
        reply = await session.command(f"EHLO {hostname}", "hello", self._timeouts.hello)
        if reply.is_success:
            session.extensions = Extensions.of(reply)
        elif not reply.is_temporary:
            # RFC 5321 3.2: a server that does not know EHLO may know HELO.
            reply = await session.command(f"HELO {hostname}", "hello", self._timeouts.hello)
        if not reply.is_success:
            raise SessionFailed(Answer("hello", reply))
        session.server = reply.text.split(maxsplit=1)[0] if reply.text.strip() else ""

    async def _start_tls(self, session: Session, server: Server, hostname: str) -> None:
        if "STARTTLS" not in session.extensions:
            if server.tls == "opportunistic":
                return
            raise TlsFailed(Answer("tls", why="the server does not offer STARTTLS", status="4.7.5"))
        reply = await session.command("STARTTLS", "tls", self._timeouts.tls)
        if reply.code != _TLS_READY:
            raise TlsFailed(Answer("tls", reply))
        is_verified = server.tls == "verified"
        try:
            async with asyncio.timeout(self._timeouts.tls):
                await session.wire.start_tls(self._trusted if is_verified else self._unverified, server.name)
        except (WireLost, OSError) as error:
            why = str(error) or "no TLS in time"
            raise TlsFailed(Answer("tls", why=f"the TLS handshake failed: {why}", status="4.7.5")) from error
        session.tls = _tls_of(session.wire, is_verified=is_verified)
        # RFC 3207 4.2: what was said before TLS counts for nothing.
        session.extensions = Extensions()
        await self._hello(session, hostname)


def _tls_of(wire: Wire, *, is_verified: bool) -> Tls | None:
    found = wire.tls_object()
    if found is None:
        return None
    cipher = found.cipher()
    return Tls(found.version() or "", cipher[0] if cipher else "", is_verified)
