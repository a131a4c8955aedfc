"""Answers connections while a worker cannot open its parts yet: clients are told to come again instead of hanging.

Used by `app` around the start of a worker, whose ports listen already. For the first seconds, as after the death of a
worker, connections wait in the accept queue to be served; only what lasts longer is an absence.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import cast

from ingress.listeners import SUBMISSIONS
from mailcore import replies

PATIENCE_SECONDS = 5.0


class _Apology(asyncio.Protocol):
    """Says 421 and closes; where TLS comes first it can only close."""

    def __init__(self, wire: bytes) -> None:
        self._wire = wire

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Say it."""
        connection = cast("asyncio.Transport", transport)
        connection.write(self._wire)
        connection.close()


@asynccontextmanager
async def doorman(sockets: Mapping[str, socket.socket], patience: float = PATIENCE_SECONDS) -> AsyncIterator[None]:
    """Turn clients of `sockets` away when the block lasts longer than `patience` seconds, until it ends."""
    task = asyncio.create_task(_turn_away(sockets, patience), name="doorman")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})


async def _turn_away(sockets: Mapping[str, socket.socket], patience: float) -> None:
    await asyncio.sleep(patience)
    loop = asyncio.get_running_loop()
    servers: list[asyncio.Server] = []
    try:
        for name, listener in sockets.items():
            wire = b"" if name == SUBMISSIONS else replies.SESSION_FAILED.wire()
            # A server closes its socket; the service needs it afterwards.
            servers.append(await loop.create_server(partial(_Apology, wire), sock=listener.dup()))
        await asyncio.Event().wait()
    finally:
        for server in servers:
            server.close()
