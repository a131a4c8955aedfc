"""Puts ingress together from the platform's parts, and runs it alone."""

import asyncio
import os
import secrets
import socket
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

from ingress.certificates import LiveCertificate, certificate_files
from ingress.doorman import doorman
from ingress.handler import PolicyHandler
from ingress.inheritance import Inheritance, say_ready, until_closed
from ingress.listeners import BACKLOG, SUBMISSIONS, bind_all
from ingress.logins import Logins
from ingress.parts import Parts
from ingress.reentries import Reentries
from ingress.session import Listener, LiveSessions, Session
from ingress.supervisor import supervise
from mailcore.db.access_rules import LiveAccessRules
from mailcore.db.header_rules import LiveHeaderRules
from mailcore.db.login_failures import LoginFailures
from mailcore.db.send_rate import SendRate
from mailcore.db.usage import KnownUsage
from mailcore.environment import Environment
from mailcore.health import serve_health
from mailcore.http import port_of
from mailcore.ids import new_message_id
from mailcore.log import configure_logging
from mailcore.passwords import Passwords
from mailcore.platform import Platform, open_platform, wait_for_database
from mailcore.ready_line import ready_line
from maildecide.message.rules.compiled import HeaderRules
from maildecide.session.access import AccessRules


class IngressService:
    """The SMTP ports."""

    def __init__(self, platform: Platform, sockets: Mapping[str, socket.socket] | None = None) -> None:
        """`sockets`: those of `bind_all` where they are bound already; they are closed with the service."""
        self._environment = platform.environment
        self._sockets = sockets
        self._passwords = Passwords()
        self._rules = LiveAccessRules(platform.database, platform.changes, AccessRules)
        self._header_rules = LiveHeaderRules(platform.database, platform.changes, HeaderRules)
        self._handler = PolicyHandler(_parts(platform, self._passwords, self._rules, self._header_rules))
        self._sessions = LiveSessions()
        self._servers: list[asyncio.Server] = []
        self._watching: asyncio.Task[None] | None = None

    async def start(self) -> dict[str, int]:
        """Serve once access rules and header rules are known; give the ports by listener name.

        Raises ConfigurationError when ports or certificate cannot be had.
        """
        for rules in (self._rules, self._header_rules):
            await wait_for_database(rules.start, service="ingress", stop=asyncio.Event())
        certificate = LiveCertificate(certificate_files(self._environment, time.time()))
        sockets = self._sockets or bind_all(self._environment)
        loop = asyncio.get_running_loop()
        for name, bound in sockets.items():
            listener = Listener(
                name,
                tls=lambda: certificate.context,
                implicit_tls=name == SUBMISSIONS,
                proxies=self._environment.proxy_networks,
            )
            session = partial(Session, self._handler, listener, self._sessions)
            self._servers.append(await loop.create_server(session, sock=bound, backlog=BACKLOG))
        self._watching = asyncio.create_task(certificate.watch(), name="certificate")
        return {name: port_of(bound) for name, bound in sockets.items()}

    async def stop(self, grace: float) -> None:
        """Take no new connections and let sessions finish their transactions, for `grace` seconds at most."""
        for server in self._servers:
            server.close()
        if self._watching is not None:
            self._watching.cancel()
        self._handler.hurry()
        await self._sessions.shut_down(grace)
        await self._handler.finish()
        self._passwords.close()


async def main(stop: asyncio.Event) -> None:
    """Serve until `stop` is set, then finish what was begun. Raises ConfigurationError."""
    environment = _configure()
    environment.require_shared_parts()
    if environment.ingress_processes > 1:
        await supervise(environment, os.environ, stop)  # noqa: TID251 - the composition root hands it down
    else:
        await _serve_alone(environment, stop)


async def work(stop: asyncio.Event) -> None:
    """Be one of a supervisor's workers until `stop` is set or the supervisor is gone. Raises ConfigurationError."""
    environment = _configure()
    inheritance = Inheritance.read(os.environ)  # noqa: TID251 - the composition root reads it
    abandoned = asyncio.create_task(_stop_when_abandoned(inheritance, stop))
    try:
        async with _running(environment, inheritance.sockets, stop):
            await say_ready(inheritance.line)
            await stop.wait()
    finally:
        abandoned.cancel()
        await asyncio.gather(abandoned, return_exceptions=True)
        inheritance.line.close()


async def _serve_alone(environment: Environment, stop: asyncio.Event) -> None:
    async with _running(environment, None, stop) as (platform, ports):
        health = await serve_health(
            host=environment.bind,
            port=environment.health_port,
            checks=platform.checks,
            registry=platform.metrics.registry,
        )
        sys.stdout.write(ready_line(environment.bind, ports | {"health": health.port}))
        sys.stdout.flush()
        await stop.wait()
        await health.stop(1.0)


@asynccontextmanager
async def _running(
    environment: Environment, sockets: Mapping[str, socket.socket] | None, stop: asyncio.Event
) -> AsyncIterator[tuple[Platform, dict[str, int]]]:
    """Have the service running for as long as the block lasts."""
    async with AsyncExitStack() as stack:
        async with doorman(sockets or {}):
            platform = await stack.enter_async_context(open_platform(environment, service="ingress", stop=stop))
        service = IngressService(platform, sockets)
        ports = await service.start()
        try:
            yield platform, ports
        finally:
            await service.stop(environment.stop_grace_seconds)


async def _stop_when_abandoned(inheritance: Inheritance, stop: asyncio.Event) -> None:
    await until_closed(inheritance.line)
    stop.set()


def _configure() -> Environment:
    environment = Environment.read(os.environ)  # noqa: TID251 - the composition root reads it
    configure_logging(environment.log_level, environment.log_format, service="ingress")
    return environment


def _parts(
    platform: Platform,
    passwords: Passwords,
    rules: LiveAccessRules[AccessRules],
    header_rules: LiveHeaderRules[HeaderRules],
) -> Parts:
    return Parts(
        hostname=platform.environment.hostname_fqdn,
        access_rules=lambda: rules.current,
        header_rules=lambda: header_rules.current,
        snapshot=lambda: platform.settings.current,
        is_fresh=lambda: platform.changes.is_fresh(time.monotonic()),
        directory=platform.directory,
        logins=Logins(platform.directory, passwords, secrets.token_bytes(32)),
        reentries=Reentries(platform.reentry, time.time, secrets.token_urlsafe),
        login_failures=LoginFailures(platform.database),
        usage=KnownUsage(platform.database),
        send_rate=SendRate(platform.database),
        database=platform.database,
        bus=platform.bus,
        content=platform.content,
        resolver=platform.resolver,
        tracer=platform.tracer,
        metrics=platform.metrics,
        now=time.time,
        new_id=lambda now: new_message_id(now, secrets.randbits),
    )
