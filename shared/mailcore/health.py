"""What an orchestrator and a monitor ask of every service: /healthz, /readyz and /metrics.

`/healthz` says that the process answers; `/readyz` asks its dependencies and names what is not ready; `/metrics` is
Prometheus' text. A small ASGI app, so that ingress and processor need no web framework for it.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder

from mailcore.errors import MailError
from mailcore.http import HttpServer, Receive, Scope, Send, bind_port

Check = Callable[[], Awaitable[None]]
"""Returns when a dependency answers, raises a MailError otherwise."""

CHECK_SECONDS = 5.0
"""How long one check may take."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer."""

    status: int
    content_type: str
    body: bytes


async def readiness(checks: Mapping[str, Check]) -> dict[str, str]:
    """Run all checks at once and give what is not ready with the reason; empty when all is well."""
    names = list(checks)
    results = await asyncio.gather(*(_why_not(checks[name]) for name in names))
    return {name: why for name, why in zip(names, results, strict=True) if why is not None}


async def _why_not(check: Check) -> str | None:
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            await check()
    except TimeoutError:
        return f"no answer within {CHECK_SECONDS:g} s"
    except MailError as error:
        return str(error)
    return None


class HealthApp:
    """The ASGI app behind a health port."""

    def __init__(self, checks: Mapping[str, Check], registry: CollectorRegistry) -> None:
        self._checks = checks
        self._registry = registry

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        answer = await self.answer(scope)
        await send(
            {
                "type": "http.response.start",
                "status": answer.status,
                "headers": [
                    (b"content-type", answer.content_type.encode("ascii")),
                    (b"content-length", str(len(answer.body)).encode("ascii")),
                    (b"cache-control", b"no-store"),
                ],
            }
        )
        body = b"" if scope["method"] == "HEAD" else answer.body
        await send({"type": "http.response.body", "body": body})

    async def answer(self, scope: Scope) -> Answer:
        """Give the answer to a request."""
        if scope["method"] not in {"GET", "HEAD"}:
            return Answer(405, "text/plain; charset=utf-8", b"GET and HEAD only\n")
        match scope["path"]:
            case "/healthz":
                return alive()
            case "/readyz":
                return await ready(self._checks)
            case "/metrics":
                accepts = dict(scope["headers"]).get(b"accept", b"").decode("latin-1")
                return metrics_page(self._registry, accepts)
            case _:
                return Answer(404, "text/plain; charset=utf-8", b"/healthz, /readyz and /metrics only\n")


def alive() -> Answer:
    """Say that the process answers."""
    return _json(200, {"status": "ok"})


async def ready(checks: Mapping[str, Check]) -> Answer:
    """Say whether all dependencies answer, or which do not (503)."""
    problems = await readiness(checks)
    return _json(503, {"status": "not ready", "problems": problems}) if problems else _json(200, {"status": "ready"})


def metrics_page(registry: CollectorRegistry, accepts: str) -> Answer:
    """Give the metrics in the format that `accepts`, an Accept field, prefers."""
    encode, content_type = choose_encoder(accepts)
    return Answer(200, content_type, encode(registry))


def _json(status: int, value: object) -> Answer:
    return Answer(status, "application/json", json.dumps(value).encode() + b"\n")


async def serve_health(
    *, host: str, port: int, checks: Mapping[str, Check], registry: CollectorRegistry, variable: str = "HEALTH_PORT"
) -> HttpServer:
    """Answer health requests on a port until the returned server is stopped.

    Raises ConfigurationError naming `variable` when the port cannot be bound.
    """
    server = HttpServer(HealthApp(checks, registry), bind_port(host, port, variable=variable))
    await server.start()
    return server
