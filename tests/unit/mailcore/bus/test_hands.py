import asyncio

import pytest

from mailcore.bus.hands import SURE_SECONDS, Hands
from mailcore.bus.interface import Delivery
from mailcore.bus.letter import Letter


class Settled:
    """Counts how often a delivery was settled."""

    def __init__(self) -> None:
        self.count = 0

    async def __call__(self) -> None:
        """Settle once more."""
        self.count += 1


def freed() -> None:
    """Nobody waits for room here."""


async def test_room_is_made_by_done_and_not_by_returning() -> None:
    deliveries: list[Delivery] = []

    async def keep(delivery: Delivery) -> None:
        deliveries.append(delivery)

    hands, settled = Hands(keep, 1, freed), Settled()
    hands.take(Letter("a", 1, b"body"), repeated=False, settle=settled)
    await asyncio.sleep(0)
    assert not hands.have_room
    await deliveries[0].done()
    await deliveries[0].done()
    assert hands.have_room
    assert settled.count == 1


@pytest.mark.parametrize(("attempt", "flagged", "repeated"), [(1, False, False), (1, True, True), (2, False, True)])
async def test_repeated_is_flagged_or_a_later_attempt(attempt: int, flagged: bool, repeated: bool) -> None:
    deliveries: list[Delivery] = []

    async def keep(delivery: Delivery) -> None:
        deliveries.append(delivery)

    Hands(keep, 1, freed).take(Letter("a", attempt, b""), repeated=flagged, settle=Settled())
    await asyncio.sleep(0)
    assert deliveries[0].repeated is repeated


async def test_what_is_lost_counts_only_while_its_handler_runs() -> None:
    gate = asyncio.Event()

    async def handle(delivery: Delivery) -> None:
        if delivery.id == "running":
            await gate.wait()

    hands = Hands(handle, 2, freed)
    for identity in ("returned", "running"):
        hands.take(Letter(identity, 1, b""), repeated=False, settle=Settled())
    await asyncio.sleep(0)
    assert len(hands) == 2
    hands.lose()
    assert len(hands) == 1
    gate.set()
    assert await hands.empty(1)


async def test_empty_gives_up_after_the_grace() -> None:
    async def handle(_: Delivery) -> None:
        await asyncio.sleep(60)

    hands = Hands(handle, 1, freed)
    assert await hands.empty(0)
    hands.take(Letter("a", 1, b""), repeated=False, settle=Settled())
    assert not await hands.empty(0.01)
    await hands.drop()
    assert await hands.empty(0)


async def test_a_handler_that_raises_leaves_the_delivery_undone() -> None:
    async def handle(_: Delivery) -> None:
        raise LookupError

    hands, settled = Hands(handle, 1, freed), Settled()
    hands.take(Letter("a", 1, b""), repeated=False, settle=settled)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert len(hands) == 1
    assert settled.count == 0


async def test_what_was_lost_or_long_in_hand_may_be_elsewhere() -> None:
    now = 100.0
    deliveries: list[Delivery] = []

    async def keep(delivery: Delivery) -> None:
        deliveries.append(delivery)

    hands = Hands(keep, 2, freed, clock=lambda: now)
    hands.take(Letter("a", 1, b""), repeated=False, settle=Settled())
    now += SURE_SECONDS
    hands.take(Letter("b", 1, b""), repeated=False, settle=Settled())
    await asyncio.sleep(0)
    first, second = deliveries
    assert not first.may_be_elsewhere()
    now += 0.1
    assert first.may_be_elsewhere()
    assert not second.may_be_elsewhere()
    hands.lose()
    assert second.may_be_elsewhere()
