"""One log line and one observation per request, under its route and never its path alone.

Outermost of the middlewares: it sees what the client got.
"""

import logging
from collections.abc import Callable
from http import HTTPStatus
from time import perf_counter

import structlog

from admin_api.auth import Principal
from admin_api.route_table import RouteTable
from mailcore.http import AsgiApp, Receive, Scope, Send
from mailcore.metrics import Metrics

log = structlog.get_logger(__name__)

_ROUTINE = frozenset({"/healthz", "/readyz", "/metrics"})
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class AccessLog:
    """Middleware that logs and counts."""

    def __init__(self, app: AsgiApp, metrics: Metrics, routes: Callable[[], RouteTable]) -> None:
        self._app = app
        self._metrics = metrics
        self._routes = routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, then say how it went."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        status = int(HTTPStatus.INTERNAL_SERVER_ERROR)

        async def send_noting(message: Scope) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        began = perf_counter()
        try:
            await self._app(scope, receive, send_noting)
        finally:
            seconds = perf_counter() - began
            self._observe(scope, state.get("principal"), status, seconds)

    def _observe(self, scope: Scope, principal: Principal | None, status: int, seconds: float) -> None:
        method = scope["method"] if scope["method"] in _METHODS else "OTHER"
        route = self._routes().template(scope["path"])
        self._metrics.requests.labels(method, route, str(status)).observe(seconds)
        # Orchestrators and monitors ask every few seconds; only what is not well is news.
        is_routine = route in _ROUTINE and status < HTTPStatus.BAD_REQUEST
        log.log(
            logging.DEBUG if is_routine else logging.INFO,
            "request",
            method=method,
            route=route,
            path=scope["path"],
            status=status,
            milliseconds=round(seconds * 1000, 1),
            author=principal.name if principal else None,
            client=scope["client"][0] if scope.get("client") else None,
        )
