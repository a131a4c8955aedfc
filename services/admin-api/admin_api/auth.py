"""Who asks, and whether they may: bearer tokens (RFC 6750) with the scopes read, write and admin.

A middleware before everything else, so that a stranger's body is not even read and no route can forget to ask.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated

import structlog
from fastapi import Depends, Request

from admin_api.problem import Problem
from mailcore.directory.token import TokenScope
from mailcore.http import AsgiApp, Receive, Scope, Send

GUARDED = "/api/"
"""Every path below this needs a token."""

ADMINISTRATION = ("/api/v1/tokens", "/api/v1/audit")
"""What only the scope admin opens, whatever the method."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Principal:
    """Whoever bears a valid token."""

    name: str
    """The token's name: the author of what it changes."""
    scopes: frozenset[TokenScope]

    def may(self, scope: TokenScope) -> bool:
        """Whether a request that needs `scope` is theirs to make. admin opens everything."""
        return scope in self.scopes or "admin" in self.scopes


Verifier = Callable[[str], Awaitable[Principal | None]]
"""Gives who bears a token; None when it is unknown, revoked or expired."""


def scope_needed(method: str, path: str) -> TokenScope:
    """Give the scope that a request needs."""
    if any(path == place or path.startswith(f"{place}/") for place in ADMINISTRATION):
        return "admin"
    return "read" if method in {"GET", "HEAD", "OPTIONS"} else "write"


class Authentication:
    """Middleware that lets through what the token permits, and leaves who it was in the request's state."""

    def __init__(self, app: AsgiApp, verify: Verifier) -> None:
        self._app = app
        self._verify = verify

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 401 or 403, or hand the request on."""
        if scope["type"] == "http" and scope["path"].startswith(GUARDED):
            try:
                await self._admit(Request(scope))
            except Problem as problem:
                await problem.response(scope, receive, send)
                return
        await self._app(scope, receive, send)

    async def _admit(self, request: Request) -> None:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer" or not token.strip():
            raise _unauthorised("A token is needed: Authorization: Bearer <token>.", "")
        principal = await self._verify(token.strip())
        if principal is None:
            log.warning("unknown token", client=request.client and request.client.host, path=request.url.path)
            raise _unauthorised("This token is unknown, revoked or expired.", ', error="invalid_token"')
        request.state.principal = principal
        needed = scope_needed(request.method, request.url.path)
        if not principal.may(needed):
            raise Problem(
                HTTPStatus.FORBIDDEN,
                f"This needs a token with the scope {needed}.",
                headers={"WWW-Authenticate": f'Bearer realm="hikyaku", error="insufficient_scope", scope="{needed}"'},
            )


def _unauthorised(detail: str, parameters: str) -> Problem:
    return Problem(HTTPStatus.UNAUTHORIZED, detail, headers={"WWW-Authenticate": f'Bearer realm="hikyaku"{parameters}'})


def _author(request: Request) -> str:
    principal: Principal = request.state.principal
    return principal.name


Author = Annotated[str, Depends(_author)]
"""The parameter of an endpoint that changes something: who does it."""
