"""Messages are worked on together, but a suspicious one alone: whatever it breaks, it breaks for itself."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Turns:
    """Lets any number work together, or one alone."""

    def __init__(self) -> None:
        self._working = 0
        self._nobody_works = asyncio.Event()
        self._nobody_works.set()
        self._nobody_is_alone = asyncio.Event()
        self._nobody_is_alone.set()
        self._next_alone = asyncio.Lock()

    @asynccontextmanager
    async def take(self, *, alone: bool) -> AsyncIterator[None]:
        """Wait for a turn and hold it. Who wants to be alone waits for those that work, and new ones wait for him."""
        async with self._alone() if alone else self._together():
            yield

    @asynccontextmanager
    async def _together(self) -> AsyncIterator[None]:
        while not self._nobody_is_alone.is_set():
            await self._nobody_is_alone.wait()
        self._working += 1
        self._nobody_works.clear()
        try:
            yield
        finally:
            self._working -= 1
            if not self._working:
                self._nobody_works.set()

    @asynccontextmanager
    async def _alone(self) -> AsyncIterator[None]:
        async with self._next_alone:
            self._nobody_is_alone.clear()
            try:
                await self._nobody_works.wait()
                yield
            finally:
                self._nobody_is_alone.set()
