"""Opening a session with the LMTP server: connect, greeting, LHLO, STARTTLS where that is wanted."""

import asyncio
import ssl
from dataclasses import dataclass
from typing import Literal

from processor.outbound.client.answer import Answer, SessionFailed
from processor.outbound.client.extensions import Extensions
from processor.outbound.client.session import Session
from processor.outbound.client.timeouts import Timeouts
from processor.outbound.client.wire import Wire, WireLost
from processor.tls_contexts import unverified

LmtpTls = Literal["off", "required", "verified", "implicit"]
"""`required`: STARTTLS, with whatever certificate; `verified`: with one that is valid for the server's name.

`implicit`: as `verified`, from the first octet on."""

_TLS_READY = 220


@dataclass(frozen=True, slots=True)
class LmtpServer:
    """Where the server is."""

    host: str
    """Its name or address, or the path of its socket."""
    port: int | None = None
    """None: a socket of this machine."""
    tls: LmtpTls = "off"

    def __str__(self) -> str:
        return f"unix:{self.host}" if self.port is None else f"{self.host}:{self.port}"


class LmtpOpener:
    """Opens sessions."""

    def __init__(self, server: LmtpServer, hostname: str, timeouts: Timeouts, trusted: ssl.SSLContext) -> None:
        """`hostname`: what we call ourselves; `trusted` checks certificates and names."""
        self._server = server
        self._hostname = hostname
        self._timeouts = timeouts
        self._trusted = trusted

    async def open(self, deadline: float) -> Session:
        """Give a session that is ready for MAIL. Raises SessionFailed."""
        session = Session(await self._connect(deadline), self._timeouts, deadline)
        session.answers_each = True
        try:
            await self._greeting(session)
            await self._hello(session)
            if self._server.tls in {"required", "verified"}:
                await self._start_tls(session)
        except BaseException:
            session.drop()
            raise
        return session

    async def _connect(self, deadline: float) -> Wire:
        server, seconds = self._server, self._timeouts.connect
        try:
            async with asyncio.timeout_at(min(asyncio.get_running_loop().time() + seconds, deadline)):
                if server.port is None:
                    return await Wire.connect_to_path(server.host)
                context = self._trusted if server.tls == "implicit" else None
                return await Wire.connect(server.host, server.port, tls=context, name=server.host)
        except TimeoutError as error:
            raise SessionFailed(Answer("connect", why=f"no connection to {server} within {seconds:g} s")) from error
        except OSError as error:
            raise SessionFailed(Answer("connect", why=f"{server}: {error.strerror or error}")) from error

    async def _greeting(self, session: Session) -> None:
        reply = await session.reply("greeting", self._timeouts.greeting)
        if not reply.is_success:
            raise SessionFailed(Answer("greeting", reply))

    async def _hello(self, session: Session) -> None:
        reply = await session.command(f"LHLO {self._hostname}", "hello", self._timeouts.hello)
        if not reply.is_success:
            raise SessionFailed(Answer("hello", reply))
        session.extensions = Extensions.of(reply)

    async def _start_tls(self, session: Session) -> None:
        if "STARTTLS" not in session.extensions:
            raise SessionFailed(Answer("tls", why=f"{self._server} does not offer STARTTLS"))
        reply = await session.command("STARTTLS", "tls", self._timeouts.tls)
        if reply.code != _TLS_READY:
            raise SessionFailed(Answer("tls", reply))
        context = self._trusted if self._server.tls == "verified" else unverified()
        try:
            async with asyncio.timeout(self._timeouts.tls):
                await session.wire.start_tls(context, self._server.host)
        except (WireLost, OSError) as error:
            why = str(error) or "no TLS in time"
            raise SessionFailed(Answer("tls", why=f"the TLS handshake failed: {why}")) from error
        # RFC 3207 4.2: what was said before TLS counts for nothing.
        session.extensions = Extensions()
        await self._hello(session)
