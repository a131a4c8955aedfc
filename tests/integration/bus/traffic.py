"""Messages in and out: what every test of a bus does."""

import asyncio
from collections.abc import Awaitable, Callable

from mailcore.bus.interface import Bus, Delivery
from mailcore.bus.topology import INCOMING

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
