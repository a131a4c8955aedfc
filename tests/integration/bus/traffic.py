"""Messages in and out: what every test of a bus does."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from mailcore.bus.interface import Bus, Delivery
from mailcore.bus.topology import INCOMING
from mailcore.errors import BusAway

Open = Callable[[], Awaitable[Bus]]
"""Opens one more bus on the same queues."""


class Collector:
    """A handler that keeps what it is given, and says done unless told otherwise."""

    def __init__(self, *, done: bool = True) -> None:
        self.deliveries: list[Delivery] = []
        self._done = done
        self._arrived = asyncio.Condition()

    async def __call__(self, delivery: Delivery) -> None:
        """Take one delivery."""
        async with self._arrived:
            self.deliveries.append(delivery)
            self._arrived.notify_all()
        if self._done:
            await delivery.done()

    async def wait_for(self, count: int, seconds: float = 20.0) -> list[Delivery]:
        """Wait until `count` deliveries have come, and give them."""
        try:
            async with asyncio.timeout(seconds), self._arrived:
                await self._arrived.wait_for(lambda: len(self.deliveries) >= count)
        except TimeoutError:
            raise AssertionError(f"{len(self.deliveries)} of {count} deliveries came within {seconds} s") from None
        return self.deliveries

    @property
    def ids(self) -> list[str]:
        """The ids in the order in which they came."""
        return [delivery.id for delivery in self.deliveries]


class Load:
    """Publishers that go on until told to end, and what became of each publish."""

    def __init__(self, bus: Bus, publishers: int) -> None:
        self.returned: list[str] = []
        self.refused: list[str] = []
        self.slowest = 0.0
        self._ending = False
        self._tasks = [asyncio.create_task(self._publish(bus, str(number))) for number in range(publishers)]

    async def end(self) -> None:
        """Let each publisher finish its last publish."""
        self._ending = True
        await asyncio.gather(*self._tasks)

    async def _publish(self, bus: Bus, name: str) -> None:
        count = 0
        while not self._ending:
            count += 1
            identity = f"{name}-{count}"
            started = time.monotonic()
            try:
                await bus.publish(INCOMING, b"x" * 5000, id=identity)
                self.returned.append(identity)
            except BusAway:
                self.refused.append(identity)
                await asyncio.sleep(0.02)
            self.slowest = max(self.slowest, time.monotonic() - started)


async def publish_many(bus: Bus, count: int, queue: str = INCOMING) -> list[str]:
    """Publish `count` messages at once; give their ids in the order of the calls."""
    ids = [f"message-{number}" for number in range(count)]
    await asyncio.gather(*(bus.publish(queue, identity.encode(), id=identity) for identity in ids))
    return ids


async def eventually(bus: Bus, backlog: int, queue: str = INCOMING) -> None:
    """Wait until `queue` has that backlog."""
    async with asyncio.timeout(10):
        while await bus.backlog(queue) != backlog:
            await asyncio.sleep(0.05)
