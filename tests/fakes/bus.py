"""A bus in memory that is away, or full, on request."""

import asyncio
from dataclasses import dataclass

from mailcore.bus.interface import Consumer, Handler
from mailcore.errors import BusAway, BusFull


@dataclass(frozen=True, slots=True)
class Published:
    """One message that was published."""

    queue: str
    id: str
    body: bytes


class MemoryBus:
    """Implements `Bus` for those who publish."""

    def __init__(self) -> None:
        self.published: list[Published] = []
        self.is_away = False
        self.is_full = False
        self.let_through = asyncio.Event()
        """Publishes wait for this, which is set unless a test clears it."""
        self.let_through.set()

    async def publish(self, queue: str, body: bytes, *, id: str, attempt: int = 1) -> None:  # noqa: A002
        """Keep the message."""
        await self.let_through.wait()
        await self.check()
        self.published.append(Published(queue, id, body))

    async def consume(self, queue: str, handler: Handler, *, prefetch: int) -> Consumer:
        """Refuse: nobody consumes here."""
        raise AssertionError(f"{queue} is not consumed here")

    async def backlog(self, queue: str) -> int:
        """Count what was published to `queue`."""
        return sum(message.queue == queue for message in self.published)

    async def check(self) -> None:
        """Raise BusAway while it is away, and BusFull while it is full."""
        if self.is_full:
            raise BusFull
        if self.is_away:
            raise BusAway

    async def close(self) -> None:
        """Nothing is held."""
