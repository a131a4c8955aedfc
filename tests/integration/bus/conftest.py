"""Both buses behind one fixture."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.integration.bus.traffic import Open

from mailcore.bus.embedded import EmbeddedBus
from mailcore.bus.interface import Bus
from mailcore.bus.rabbitmq import RabbitBus


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
