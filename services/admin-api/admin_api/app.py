"""Puts the REST API together from the platform's parts, and runs it alone. The composition root of this service."""

import asyncio
import os
import sys
from datetime import UTC, datetime
from functools import cache
from secrets import token_bytes
from time import time
from typing import Any

from admin_api.access_log import AccessLog
from admin_api.auth import Authentication, Principal, Verifier
from admin_api.errors import Boundary, add_error_handlers
from admin_api.head import HeadAsGet
from admin_api.joining import Joining
from admin_api.list_requests import ListRequests
from admin_api.openapi import Api, new_api
from admin_api.own_changes import OwnChanges
from admin_api.paths import API, RawPaths
from admin_api.public_app import public_app
from admin_api.route_table import RouteTable
from admin_api.routers import (
    access_rules,
    accounts,
    addons,
    aliases,
    audit,
    autoreply,
    dead_letters,
    dkim,
    domains,
    forwards,
    header_rules,
    health,
    list_held,
    list_members,
    list_posts,
    list_requests,
    list_templates,
    lists,
    messages,
    queue,
    revisions,
    settings,
    tls_results,
    tokens,
    trash,
)
from admin_api.security_headers import SecurityHeaders
from admin_api.stores import Stores
from admin_api.upkeep import Upkeep
from mailcore.db.list_store import ListStore
from mailcore.db.token_verifier import TokenVerifier
from mailcore.db.tokens import TokenStore
from mailcore.environment import Environment
from mailcore.errors import ConfigurationError
from mailcore.http import AsgiApp, HttpServer, bind_port
from mailcore.log import configure_logging
from mailcore.passwords import Passwords
from mailcore.platform import Platform, open_platform
from mailcore.ready_line import ready_line

RESOURCES = (
    domains.router,
    dkim.router,
    accounts.router,
    forwards.router,
    autoreply.router,
    aliases.router,
    lists.router,
    list_members.bulk,
    list_members.bounces,
    list_members.router,
    list_requests.router,
    list_held.router,
    list_posts.router,
    list_templates.router,
    access_rules.router,
    addons.router,
    header_rules.router,
    revisions.router,  # before the groups of settings, of which none may be called "revisions"
    settings.router,
    dead_letters.router,  # before the jobs, whose ids are anything
    queue.router,
    trash.router,
    messages.router,
    tokens.router,
    audit.router,
    tls_results.router,
)
"""Everything below /api/v1, in the order in which paths are matched."""


def build_app(platform: Platform, passwords: Passwords) -> Api:
    """Give the application behind ADMIN_PORT."""
    api = _routed()
    api.state.stores = Stores.of(platform, passwords)
    # Now, and not when the first request waits for it: in the standalone form mail would wait too.
    api.openapi_schema = describe()
    add_error_handlers(api, _routes)
    # The last one added is the first one met.
    api.add_middleware(OwnChanges, changes=platform.changes)
    api.add_middleware(Authentication, verify=_verifier(platform))
    api.add_middleware(Boundary)
    api.add_middleware(HeadAsGet)
    api.add_middleware(SecurityHeaders)
    api.add_middleware(AccessLog, metrics=platform.metrics, routes=_routes)
    api.add_middleware(RawPaths)
    return api


def build_public_app(platform: Platform, passwords: Passwords) -> AsgiApp:
    """Give the application behind PUBLIC_PORT."""
    requests = ListRequests(platform.database, platform.list_tokens, platform.tracer, clock=time, chance=token_bytes)
    lists, proxies = ListStore(platform.database, passwords), platform.environment.public_proxies
    joining = Joining(lists, requests, platform.form_tickets, proxies, time)
    return public_app(lists, platform.list_links, requests, joining)


@cache
def describe() -> dict[str, Any]:
    """Give the OpenAPI document, the same for every platform; made once, since it takes half a second."""
    return _routed().openapi()


@cache
def _routes() -> RouteTable:
    return RouteTable(describe())


def _routed() -> Api:
    api = new_api()
    for router in RESOURCES:
        api.include_router(router, prefix=API)
    api.include_router(health.router)
    return api


def _verifier(platform: Platform) -> Verifier:
    tokens = TokenVerifier(platform.database, platform.changes)

    async def verify(plain: str) -> Principal | None:
        token = await tokens.verify(plain, datetime.now(UTC))
        return None if token is None else Principal(token.name, token.scopes)

    return verify


class AdminService:
    """The REST API on ADMIN_PORT, the public links on PUBLIC_PORT, and the upkeep of the database."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._passwords = Passwords()
        self._upkeep = Upkeep(platform.database, platform.settings, time)
        self._servers: dict[str, HttpServer] = {}

    async def start(self) -> dict[str, int]:
        """Serve; give the ports by name. Raises ConfigurationError naming a port that cannot be had.

        Prints the first token, once, when it had to be made: `admin token: ...` on standard output.
        """
        environment = self._platform.environment
        apps: dict[str, tuple[AsgiApp, int]] = {
            "admin": (build_app(self._platform, self._passwords), environment.admin_port),
            "public": (build_public_app(self._platform, self._passwords), environment.public_port),
        }
        try:
            for name, (app, port) in apps.items():
                listener = bind_port(environment.bind, port, variable=f"{name.upper()}_PORT")
                self._servers[name] = HttpServer(app, listener)
        except ConfigurationError:
            await self.stop(0)
            raise
        await self._admit_somebody()
        for server in self._servers.values():
            await server.start()
        self._upkeep.start()
        return {name: server.port for name, server in self._servers.items()}

    async def stop(self, grace: float) -> None:
        """Take no new requests, and give those under way up to `grace` seconds."""
        await self._upkeep.stop()
        await asyncio.gather(*(server.stop(grace) for server in self._servers.values()))
        self._passwords.close()

    async def _admit_somebody(self) -> None:
        given = self._platform.environment.admin_token
        wanted = None if given is None else given.get_secret_value()
        made = await TokenStore(self._platform.database).ensure_first_token(wanted)
        if made is not None:
            sys.stdout.write(f"admin token: {made}\n")
            sys.stdout.flush()


async def main(stop: asyncio.Event) -> None:
    """Serve until `stop` is set, then finish what was begun. Raises ConfigurationError."""
    environment = Environment.read(os.environ)  # noqa: TID251 - the composition root reads it
    environment.require_shared_parts()
    configure_logging(environment.log_level, environment.log_format, service="admin-api")
    async with open_platform(environment, service="admin-api", stop=stop) as platform:
        service = AdminService(platform)
        ports = await service.start()
        sys.stdout.write(ready_line(environment.bind, ports))
        sys.stdout.flush()
        await stop.wait()
        await service.stop(environment.stop_grace_seconds)
