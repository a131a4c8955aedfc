"""Opening a session: connect, greeting, EHLO, STARTTLS, AUTH."""

import asyncio
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from cachetools import TTLCache

from processor.outbound.client.answer import Answer, SessionFailed, TlsFailed
from processor.outbound.client.certificates import handshake_failure
from processor.outbound.client.extensions import Extensions
from processor.outbound.client.sasl import Credentials, log_in
from processor.outbound.client.session import Session, Tls
from processor.outbound.client.timeouts import Timeouts
from processor.outbound.client.wire import Wire, WireLost
from processor.outbound.tls.dane import Anchors, mismatch
from processor.outbound.tls.policy import NOBODYS, Policy

_TLS_READY = 220
_DAY = 24 * 3600.0
_MOST_MISLEADING = 1000

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
    anchors: Anchors | None = None
    """What its certificate is held against instead of what the system trusts (DANE)."""
    otherwise: TlsUse | None = None
    """What does where `tls` fails, for demands that are only tested."""
    policy: Policy = field(default=NOBODYS, compare=False)
    """Whose demands `tls` and `anchors` are. A session is as good for others that demand the same."""

    def __str__(self) -> str:
        return f"{self.name}[{self.address}]:{self.port}"


class Opener:
    """Opens sessions as one client."""

    def __init__(
        self,
        timeouts: Timeouts,
        trusted: ssl.SSLContext,
        unverified: ssl.SSLContext,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`trusted` checks certificates and names, `unverified` neither; `clock` tells which are too old."""
        self._timeouts = timeouts
        self._trusted = trusted
        self._unverified = unverified
        self._clock = clock
        self._without_chunks: TTLCache[tuple[str, int], bool] = TTLCache(_MOST_MISLEADING, _DAY)

    def forgo_chunks(self, server: Server) -> None:
        """Open sessions with `server` as if it did not offer CHUNKING, for a day."""
        self._without_chunks[server.address, server.port] = True

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
            if (server.address, server.port) in self._without_chunks:
                session.extensions = session.extensions.without("CHUNKING")
        except BaseException as error:
            if isinstance(error, TlsFailed):
                error.local_ip = session.wire.local_ip
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
            raise handshake_failure(error) from error
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
            why = "the server does not offer STARTTLS"
            raise TlsFailed(Answer("tls", why=why, status="4.7.5"), "starttls-not-supported")
        reply = await session.command("STARTTLS", "tls", self._timeouts.tls)
        if reply.code != _TLS_READY:
            raise TlsFailed(Answer("tls", reply), "starttls-not-supported")
        is_by_name = server.tls == "verified" and server.anchors is None
        name = server.name if server.anchors is None else server.anchors.base
        try:
            async with asyncio.timeout(self._timeouts.tls):
                await session.wire.start_tls(self._trusted if is_by_name else self._unverified, name)
        except (WireLost, OSError) as error:
            raise handshake_failure(error) from error
        if server.anchors is not None:
            _hold_against(server.anchors, session.wire, self._clock())
        session.tls = _tls_of(session.wire, is_verified=is_by_name or server.anchors is not None)
        # RFC 3207 4.2: what was said before TLS counts for nothing.
        session.extensions = Extensions()
        await self._hello(session, hostname)


def _hold_against(anchors: Anchors, wire: Wire, now: float) -> None:
    """Raise TlsFailed unless the server's certificates are those that its TLSA records name."""
    found = mismatch(anchors, wire.certificates(), datetime.fromtimestamp(now, UTC))
    if found is not None:
        raise TlsFailed(Answer("tls", why=f"DANE: {found.why}", status="4.7.5"), found.type)


def _tls_of(wire: Wire, *, is_verified: bool) -> Tls | None:
    found = wire.tls_object()
    if found is None:
        return None
    cipher = found.cipher()
    return Tls(found.version() or "", cipher[0] if cipher else "", is_verified)
