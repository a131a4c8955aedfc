"""Our own SMTP port from outside: a session that is known there to be ours, and one message in it.

The pass goes out with the connection, before the greeting, so that nothing that holds for clients stands in the way.
Between hosts it all goes under TLS; whose certificate it is does not matter, since the port must know what is sealed.
"""

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address

from mailcore.reentry import PASS, REENTRY, Reentry, ReentryKeys
from mailcore.replies import Reply
from mailcore.settings.endpoint import Endpoint
from processor.outbound.client.answer import Answer, SessionFailed, Stage
from processor.outbound.client.extensions import Extensions
from processor.outbound.client.outgoing import Addressee, Outgoing
from processor.outbound.client.session import Session
from processor.outbound.client.timeouts import Timeouts
from processor.outbound.client.transaction import transact
from processor.outbound.client.wire import Wire, WireLost


@dataclass(frozen=True, slots=True)
class Brought:
    """What came of a message at the door."""

    answer: Answer
    is_under_tls: bool = False
    knows_dsn: bool = False
    """Whether the port took over the duty to report (RFC 3461)."""


def goes_beyond_this_host(endpoint: Endpoint) -> bool:
    """Whether what is said goes beyond this host."""
    try:
        return not ip_address(endpoint.host).is_loopback
    except ValueError:
        return endpoint.host != "localhost"


class Door:
    """Opens sessions with whichever ingress answers."""

    def __init__(
        self,
        keys: ReentryKeys,
        timeouts: Timeouts,
        unverified: ssl.SSLContext,
        clock: Callable[[], float],
        *,
        is_away: Callable[[Endpoint], bool] = goes_beyond_this_host,
    ) -> None:
        """`is_away`: whether what is said to an endpoint goes beyond this host, and under TLS therefore."""
        self._is_away = is_away
        self._keys = keys
        self._timeouts = timeouts
        self._unverified = unverified
        self._clock = clock

    async def bring(
        self, endpoint: Endpoint, hostname: str, mail: Outgoing, reentry: Reentry, addressee: Addressee
    ) -> Brought:
        """Bring `mail` to one address; `hostname` is what we call ourselves. Raises what reading the content raises."""
        try:
            session = await self._open(endpoint, hostname)
        except SessionFailed as failed:
            return Brought(failed.answer)
        visit = _Visit(session, self._keys, self._timeouts, hostname, self._clock)
        try:
            answer = await visit.bring(mail, reentry, addressee, self._unverified if self._is_away(endpoint) else None)
        except SessionFailed as failed:
            answer = failed.answer
        except BaseException:
            session.drop()
            raise
        brought = Brought(answer, visit.is_under_tls, "DSN" in session.extensions)
        if session.is_usable:
            await session.quit()
        else:
            session.drop()
        return brought

    async def _open(self, endpoint: Endpoint, hostname: str) -> Session:
        seconds = self._timeouts.connect
        try:
            async with asyncio.timeout(seconds):
                wire = await Wire.connect(endpoint.host, endpoint.port, tls=None, name=hostname)
        except TimeoutError as error:
            raise SessionFailed(Answer("connect", why=f"no connection within {seconds:g} s")) from error
        except OSError as error:
            raise SessionFailed(Answer("connect", why=error.strerror or str(error))) from error
        return Session(wire, self._timeouts, asyncio.get_running_loop().time() + self._timeouts.attempt)


class _Visit:
    def __init__(
        self, session: Session, keys: ReentryKeys, timeouts: Timeouts, hostname: str, clock: Callable[[], float]
    ) -> None:
        self._session = session
        self._keys = keys
        self._timeouts = timeouts
        self._hostname = hostname
        self._clock = clock
        self.is_under_tls = False

    async def bring(self, mail: Outgoing, reentry: Reentry, addressee: Addressee, tls: ssl.SSLContext | None) -> Answer:
        """Say all of it; `tls`: what to go under TLS by, where that is offered."""
        await self._session.send(self._pass().encode() + b"\r\n", "auth", self._timeouts.auth)
        _need(await self._session.reply("greeting", self._timeouts.greeting), "greeting")
        challenge = _need(await self._session.reply("auth", self._timeouts.auth), "auth").text
        await self._hello()
        if tls is not None and "STARTTLS" in self._session.extensions:
            challenge = await self._under_tls(tls)
        await self._say(f"{REENTRY} {self._keys.sealed(reentry, challenge)}", "auth", self._timeouts.auth)
        (answer,) = await transact(self._session, mail, [addressee])
        return answer

    async def _hello(self) -> None:
        offered = Extensions.of(await self._say(f"EHLO {self._hostname}", "hello", self._timeouts.hello)).offered
        # The port knows what was added to a message that it has judged before; no limit is looked at here.
        self._session.extensions = Extensions({**offered, "SIZE": ""} if "SIZE" in offered else offered)

    async def _under_tls(self, context: ssl.SSLContext) -> str:
        """Go under TLS and begin anew: what was said before counts for nothing (RFC 3207 4.2). Give the challenge."""
        await self._say("STARTTLS", "tls", self._timeouts.tls)
        try:
            async with asyncio.timeout(self._timeouts.tls):
                await self._session.wire.start_tls(context, self._hostname)
        except (WireLost, OSError) as error:
            raise SessionFailed(Answer("tls", why=f"the TLS handshake failed: {error}")) from error
        self.is_under_tls = True
        await self._hello()
        return (await self._say(self._pass(), "auth", self._timeouts.auth)).text

    def _pass(self) -> str:
        return f"{PASS} {self._keys.pass_at(self._clock())}"

    async def _say(self, line: str, stage: Stage, seconds: float) -> Reply:
        return _need(await self._session.command(line, stage, seconds), stage)


def _need(reply: Reply, stage: Stage) -> Reply:
    if not reply.is_success:
        raise SessionFailed(Answer(stage, reply))
    return reply
