"""Writing traces in batches, beside the mail and never in its way. Implements `mailcore.trace.Tracer`."""

import asyncio
import contextlib
import time
from collections import deque

import structlog

from mailcore.db.database import Database
from mailcore.db.trace_coalescing import Coalescer
from mailcore.db.trace_rows import write_traces
from mailcore.errors import DatabaseAway
from mailcore.metrics import Metrics
from mailcore.trace import Trace

_INTERVAL_SECONDS = 0.2
_MOST_WAITING = 20_000
_MOST_AT_ONCE = 1_000
_MOST_BACKOFF_SECONDS = 5.0
_STOP_SECONDS = 5.0

log = structlog.get_logger(__name__)


class TraceWriter:
    """Takes traces at any time and writes them every 200 ms; while the database is away it keeps the newest 20,000."""

    def __init__(self, database: Database, metrics: Metrics, *, most_waiting: int = _MOST_WAITING) -> None:
        self._database = database
        self._metrics = metrics
        self._most_waiting = most_waiting
        self._waiting: deque[Trace] = deque()
        self._coalescer = Coalescer()
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def record(self, trace: Trace) -> None:
        """Take a trace to be written soon. Never waits, never raises; the oldest goes when there are too many."""
        passed = self._coalescer.take(trace, time.time())
        if passed is not None:
            self._keep(passed)

    async def start(self) -> None:
        """Write from now on."""
        self._stopping.clear()
        self._task = asyncio.create_task(self._run(), name="trace-writer")

    async def stop(self) -> None:
        """Write what is left, for five seconds at most, and stop."""
        if self._task is None:
            return
        self._stopping.set()
        await asyncio.wait({self._task}, timeout=_STOP_SECONDS)
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        self._task = None
        for trace in self._coalescer.flush():
            self._keep(trace)
        with contextlib.suppress(DatabaseAway, TimeoutError):
            async with asyncio.timeout(_STOP_SECONDS):
                while self._waiting:
                    await self._write_batch()
        if self._waiting:
            self._metrics.trace_dropped.inc(len(self._waiting))
            log.warning("traces_dropped", count=len(self._waiting), reason="the database was away at the end")
            self._waiting.clear()

    async def _run(self) -> None:
        delay = _INTERVAL_SECONDS
        while not self._stopping.is_set():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(delay):
                    await self._stopping.wait()
            for trace in self._coalescer.ended(time.time()):
                self._keep(trace)
            try:
                while self._waiting:
                    await self._write_batch()
            except DatabaseAway as error:
                if delay == _INTERVAL_SECONDS:
                    log.warning("traces_unwritten", waiting=len(self._waiting), reason=str(error))
                delay = min(delay * 2, _MOST_BACKOFF_SECONDS)
            else:
                delay = _INTERVAL_SECONDS

    def _keep(self, trace: Trace) -> None:
        if len(self._waiting) >= self._most_waiting:
            self._waiting.popleft()
            self._metrics.trace_dropped.inc()
        self._waiting.append(trace)

    async def _write_batch(self) -> None:
        """Write the oldest traces that wait. Raises DatabaseAway, and then they wait on."""
        batch = [self._waiting.popleft() for _ in range(min(_MOST_AT_ONCE, len(self._waiting)))]
        try:
            await self._write(batch)
        except (DatabaseAway, asyncio.CancelledError):
            room = max(0, self._most_waiting - len(self._waiting))
            self._metrics.trace_dropped.inc(max(0, len(batch) - room))
            self._waiting.extendleft(reversed(batch[len(batch) - min(room, len(batch)) :]))
            raise

    async def _write(self, batch: list[Trace]) -> None:
        try:
            async with self._database.transaction() as connection:
                await write_traces(connection, batch)
        except DatabaseAway:
            raise
        except Exception:
            # One trace that the database refuses must not take the others with it: halve until it stands alone.
            if len(batch) == 1:
                self._metrics.trace_dropped.inc()
                log.exception("trace_refused_by_database", message_id=str(batch[0].message_id))
                return
            middle = len(batch) // 2
            await self._write(batch[:middle])
            await self._write(batch[middle:])
