"""The bus of the standalone form: durable queues in one SQLite file, for one process."""

import asyncio
from pathlib import Path
from typing import IO, Self

from mailcore.bus.file_lock import hold_lock
from mailcore.bus.interface import Handler
from mailcore.bus.journal import Journal
from mailcore.bus.letter import Letter
from mailcore.bus.shelf import Shelf, Taker
from mailcore.errors import BusAway

_PUBLISH_SECONDS = 10.0
_CHECK_SECONDS = 5.0


class EmbeddedBus:
    """Implements `mailcore.bus.interface.Bus`."""

    def __init__(self, lock: IO[bytes], journal: Journal, counts: dict[str, int], opened_at: int) -> None:
        self._lock = lock
        self._journal = journal
        self._opened_at = opened_at
        self._shelves = {queue: Shelf(journal, queue, count, opened_at) for queue, count in counts.items()}
        self._takers: list[Taker] = []

    @classmethod
    async def open(cls, path: Path) -> Self:
        """Open or make the queue file `path`, with its directory.

        Raises ConfigurationError when another process has it or its directory cannot be made, BusAway when it cannot
        be read.
        """
        lock = await asyncio.to_thread(hold_lock, path.with_name(path.name + ".lock"))
        journal = Journal(path)
        try:
            counts, opened_at = await journal.counts()
        except BaseException:
            await journal.close()
            lock.close()
            raise
        return cls(lock, journal, counts, opened_at)

    async def publish(self, queue: str, body: bytes, *, id: str, attempt: int = 1) -> None:  # noqa: A002
        """Return once `body` is on the disk; raise BusAway within 10 s otherwise, e.g. when the disk is full."""
        try:
            async with asyncio.timeout(_PUBLISH_SECONDS):
                await self._journal.insert(queue, Letter(id, attempt, body), self._shelf(queue).published)
        except TimeoutError:
            raise BusAway(f"the disk did not take the message within {_PUBLISH_SECONDS:g} s") from None

    async def consume(self, queue: str, handler: Handler, *, prefetch: int) -> Taker:
        """Give deliveries of `queue` to `handler` in the order of publishing, at most `prefetch` in hand at once."""
        shelf = self._shelf(queue)
        taker = Taker(shelf, handler, prefetch)
        self._takers.append(taker)
        shelf.add(taker)
        return taker

    async def backlog(self, queue: str) -> int:
        """Give how many messages wait in `queue`, those in hand not counted."""
        return self._shelf(queue).waiting

    async def check(self) -> None:
        """Return when the disk takes a message now; raise BusAway otherwise, within 5 s."""
        try:
            async with asyncio.timeout(_CHECK_SECONDS):
                await self._journal.touch()
        except TimeoutError:
            raise BusAway(f"the disk did not answer within {_CHECK_SECONDS:g} s") from None

    async def close(self) -> None:
        """Let publishes under way end, then close the file; what consumers have in hand comes again."""
        for taker in self._takers:
            await taker.stop(0)
        for shelf in self._shelves.values():
            await shelf.close()
        await self._journal.close()
        self._lock.close()

    def _shelf(self, queue: str) -> Shelf:
        shelf = self._shelves.get(queue)
        if shelf is None:
            shelf = self._shelves[queue] = Shelf(self._journal, queue, 0, self._opened_at)
        return shelf
