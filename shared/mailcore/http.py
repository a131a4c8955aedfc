"""An HTTP server inside the running event loop, that leaves the signals to whoever runs the process.

Used for the health ports and for the REST API.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any

import uvicorn

from mailcore.errors import ConfigurationError

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]
"""An application as the ASGI specification has it."""

_BACKLOG = 512


def bind_port(host: str, port: int, *, variable: str) -> socket.socket:
    """Give a listening socket on `host` and `port` (0: any free port).

    Raises ConfigurationError naming `variable`, the environment variable that the port comes from, when it cannot be.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    except socket.gaierror as error:
        raise ConfigurationError(f"BIND: {host!r} is no address of this machine: {error.strerror}") from None
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family is socket.AF_INET6:
            # "::" takes IPv4 clients too, whatever the machine's default is.
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        listener.bind(address)
        listener.listen(_BACKLOG)
        listener.setblocking(False)  # noqa: FBT003 - the parameter has no other form
    except OSError as error:
        listener.close()
        raise ConfigurationError(
            f"{variable}: cannot listen on {host} port {port}: {error.strerror or error}; name another port"
        ) from None
    return listener


def port_of(listener: socket.socket) -> int:
    """Give the port that `listener` is bound to."""
    port: int = listener.getsockname()[1]
    return port


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        # The process has one owner of signals: mailcore.lifecycle.
        yield


class HttpServer:
    """An ASGI app on one port. `start` returns when it answers, `stop` when its requests have ended."""

    def __init__(self, app: AsgiApp, listener: socket.socket) -> None:
        self._listener = listener
        self.port = port_of(listener)
        self._server = _Server(
            uvicorn.Config(
                app,
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_keep_alive=30,
            )
        )
        self._serving: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to answer. Raises what the server failed with."""
        self._serving = asyncio.create_task(self._server.serve([self._listener]), name=f"http:{self.port}")
        while not self._server.started:
            if self._serving.done():
                await self._serving
                raise RuntimeError(f"the HTTP server on port {self.port} ended before it began")
            await asyncio.sleep(0.005)

    async def stop(self, grace: float) -> None:
        """Take no new requests and give those under way up to `grace` seconds."""
        if self._serving is None:
            self._listener.close()
            return
        self._server.config.timeout_graceful_shutdown = max(1, round(grace))
        self._server.should_exit = True
        await self._serving
        self._serving = None
