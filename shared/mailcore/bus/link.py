"""A connection to RabbitMQ that comes back by itself.

Used by `rabbitmq` for publishing and for consuming, one each: a broker that runs out of memory or disk stops reading
from connections that publish, and acknowledgements must not wait behind that.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import aiormq
import structlog
from aiormq.abc import AbstractConnection

from mailcore.errors import BusAway

_log = structlog.get_logger(__name__)

_CONNECT_SECONDS = 5.0
_CLOSE_SECONDS = 3.0
_FIRST_PAUSE = 0.05
_LONGEST_PAUSE = 2.0
_HEARTBEAT_SECONDS = 10

FAILURES = (aiormq.AMQPError, OSError, TimeoutError, RuntimeError)
"""What aiormq raises when a connection or a channel is lost, refused, or closed before its time."""

Up = Callable[[AbstractConnection], Awaitable[None]]
"""Called with each new connection, before anybody else sees it."""

Down = Callable[[str], None]
"""Called with the reason when the connection is lost."""


class Link:
    """Keeps one connection; says at once when there is none."""

    def __init__(self, url: str, name: str, clock: Callable[[], float], *, up: Up, down: Down) -> None:
        self._url = _with_defaults(url, name)
        self._clock = clock
        self._name = name
        self._up = up
        self._down = down
        self._connection: AbstractConnection | None = None
        self._changed = asyncio.Event()
        self._tried = asyncio.Event()
        self._reason = "not connected yet"
        self._task: asyncio.Task[None] | None = None
        self.since = 0.0
        """When the connection was made, in seconds since the epoch."""

    async def start(self) -> None:
        """Start connecting; return when the first attempt has succeeded or failed."""
        if self._task is None:
            self._task = asyncio.create_task(self._keep())
        await self._tried.wait()

    @property
    def connection(self) -> AbstractConnection:
        """The connection there is now. Raises BusAway when there is none."""
        if self._connection is None:
            raise BusAway(f"RabbitMQ is away: {self._reason}")
        return self._connection

    async def connected(self) -> AbstractConnection:
        """Wait for a connection and give it."""
        while self._connection is None:
            await self._changed.wait()
        return self._connection

    async def drop(self, reason: str) -> None:
        """Give up the connection there is, because it does not answer, and make a new one."""
        connection = self._connection
        if connection is not None:
            _log.warning("the connection to RabbitMQ is given up", connection=self._name, reason=reason)
            self._lost(reason)
            await _close(connection)

    async def close(self) -> None:
        """Disconnect for good."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        connection = self._connection
        if connection is not None:
            self._lost("closed")
            await _close(connection)

    async def _keep(self) -> None:
        pause = _FIRST_PAUSE
        # A cancellation that comes while something is being closed is heard nowhere else.
        while not is_cancelled():
            try:
                connection = await self._connect()
            except FAILURES as error:
                self._failed(error)
                await asyncio.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)
                continue
            pause = _FIRST_PAUSE
            self.since = self._clock()
            self._connection = connection
            self._changed.set()
            self._tried.set()
            _log.info("connected to RabbitMQ", connection=self._name)
            reason = await _ended(connection)
            if self._connection is connection:
                _log.warning("the connection to RabbitMQ was lost", connection=self._name, reason=reason)
                self._lost(reason)

    async def _connect(self) -> AbstractConnection:
        connection = aiormq.Connection(self._url)
        try:
            async with asyncio.timeout(_CONNECT_SECONDS):
                await connection.connect()
                await self._up(connection)
        except asyncio.CancelledError:
            await _close(connection)
            if is_cancelled():
                raise
            raise ConnectionError("the connection was closed while it was being opened") from None
        except BaseException:
            await _close(connection)
            raise
        return connection

    def _failed(self, error: BaseException) -> None:
        reason = str(error) or repr(error)
        if self._reason != reason:
            _log.warning("RabbitMQ is away", connection=self._name, reason=reason)
        self._reason = reason
        self._tried.set()

    def _lost(self, reason: str) -> None:
        self._connection = None
        self._changed.clear()
        self._reason = reason
        self._down(f"RabbitMQ is away: {reason}")


async def _ended(connection: AbstractConnection) -> str:
    """Wait until `connection` is closed, by whomever, and say why."""
    closing = asyncio.ensure_future(connection.closing)
    await asyncio.wait([closing])
    if closing.cancelled():
        return "closed"
    return str(closing.exception() or "closed")


async def _close(connection: AbstractConnection) -> None:
    """Close it as far as it lets itself be closed."""
    with suppress(*FAILURES, asyncio.CancelledError):
        async with asyncio.timeout(_CLOSE_SECONDS):
            await connection.close()


def is_cancelled() -> bool:
    """Whether somebody cancelled this task. If not, a CancelledError is how aiormq says that something was closed."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _with_defaults(url: str, name: str) -> str:
    """Add a heartbeat that notices a dead peer within half a minute, unless the URL has its own."""
    parts = urlsplit(url)
    query = {"heartbeat": str(_HEARTBEAT_SECONDS), "name": name, **dict(parse_qsl(parts.query))}
    return urlunsplit(parts._replace(query=urlencode(query)))
