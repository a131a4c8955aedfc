"""A bounded cache of look-ups by key, absences apart, that never keeps what a change has overtaken."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from cachetools import TTLCache

Value = TypeVar("Value")

_MOST_ENTRIES = 100_000
_KEEP_SECONDS = 60.0


class LookupCache(Generic[Value]):
    """Remembers what `load` found for a key, and that it found nothing, for a minute at most.

    Absences have their own room, so that a stranger who guesses names cannot push out what exists. One query runs
    per key, however many ask. `drop` also disowns a query under way: its answer goes to those who already wait for
    it, is not kept, and whoever asks later asks anew.
    """

    def __init__(
        self,
        load: Callable[[str], Awaitable[Value | None]],
        *,
        most: int = _MOST_ENTRIES,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        self._load = load
        self._present: TTLCache[str, Value] = TTLCache(most, _KEEP_SECONDS, timer)
        self._absent: TTLCache[str, bool] = TTLCache(most, _KEEP_SECONDS, timer)
        self._under_way: dict[str, asyncio.Task[Value | None]] = {}
        self._tasks: set[asyncio.Task[Value | None]] = set()

    async def get(self, key: str) -> Value | None:
        """Give what is stored under `key`; None when nothing is. Suspends only when it must be loaded.

        Raises what `load` raises; failures are not kept.
        """
        value = self._present.get(key)
        if value is not None or key in self._absent:
            return value
        task = self._under_way.get(key) or self._begin(key)
        # Shielded, since others may wait for the same answer when this caller is cancelled.
        return await asyncio.shield(task)

    def drop(self, key: str) -> None:
        """Forget `key`."""
        self._present.pop(key, None)
        self._absent.pop(key, None)
        self._under_way.pop(key, None)

    def clear(self) -> None:
        """Forget everything."""
        self._present.clear()
        self._absent.clear()
        self._under_way.clear()

    def _begin(self, key: str) -> asyncio.Task[Value | None]:
        task = asyncio.create_task(self._fill(key))
        self._under_way[key] = task
        self._tasks.add(task)
        task.add_done_callback(self._end)
        return task

    def _end(self, task: asyncio.Task[Value | None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()  # Everybody who waited may be gone; then nobody else fetches it.

    async def _fill(self, key: str) -> Value | None:
        this = asyncio.current_task()
        try:
            value = await self._load(key)
            if self._under_way.get(key) is this:
                if value is None:
                    self._absent[key] = True
                else:
                    self._present[key] = value
            return value
        finally:
            if self._under_way.get(key) is this:
                del self._under_way[key]
