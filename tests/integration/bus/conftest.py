"""Both buses behind one fixture, and a consumer that keeps what it got."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from mailcore.bus.embedded import EmbeddedBus
from mailcore.bus.interface import Bus, Delivery
from mailcore.bus.rabbitmq import RabbitBus

Open = Callable[[], Awaitable[Bus]]


@pytest.fixture(params=["embedded", pytest.param("rabbitmq", marks=pytest.mark.real)])
async def open_bus(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Open]:
    """Open the bus, each time on the same queues; all are closed after the test."""
    url = request.getfixturevalue("rabbitmq_url") if request.param == "rabbitmq" else None
    opened: list[Bus] = []

    async def open_one() -> Bus:
        bus: Bus = await (RabbitBus.open(url) if url else EmbeddedBus.open(tmp_path / "bus" / "bus.sqlite3"))
        opened.append(bus)
        return bus

    yield open_one
    for bus in opened:
        await bus.close()


@pytest.fixture
async def bus(open_bus: Open) -> Bus:
    """Open one bus."""
    return await open_bus()


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
