"""What `mailcore.bus.interface` promises about consumers, by both buses."""

import asyncio

from tests.integration.bus.traffic import Collector, eventually, publish_many

from mailcore.bus.interface import Bus, Delivery, Handler
from mailcore.bus.topology import INCOMING


async def test_consumers_share_a_queue(bus: Bus) -> None:
    collectors = [Collector(), Collector()]

    def slowly(collector: Collector) -> Handler:
        async def handle(delivery: Delivery) -> None:
            await asyncio.sleep(0.005)
            await collector(delivery)

        return handle

    for collector in collectors:
        await bus.consume(INCOMING, slowly(collector), prefetch=2)
    for batch in range(20):
        await bus.publish(INCOMING, b"", id=f"single-{batch}")
    async with asyncio.timeout(10):
        while sum(len(collector.ids) for collector in collectors) < 20:
            await asyncio.sleep(0.01)
    assert all(collector.ids for collector in collectors)
    assert len({identity for collector in collectors for identity in collector.ids}) == 20


async def test_a_paused_consumer_takes_nothing_until_it_resumes(bus: Bus) -> None:
    collector = Collector()
    consumer = await bus.consume(INCOMING, collector, prefetch=4)
    await publish_many(bus, 3)
    await collector.wait_for(3)
    await consumer.pause()
    await bus.publish(INCOMING, b"", id="held")
    await asyncio.sleep(0.3)
    assert "held" not in collector.ids
    assert await bus.backlog(INCOMING) >= 1
    await consumer.resume()
    await collector.wait_for(4)
    assert collector.ids[-1] == "held"


async def test_pause_lets_go_of_what_was_sent_ahead(bus: Bus) -> None:
    held = Collector(done=False)
    paused = await bus.consume(INCOMING, held, prefetch=1)
    for number in range(8):
        await bus.publish(INCOMING, b"", id=f"single-{number}")
    (in_hand,) = await held.wait_for(1)
    await paused.pause()
    await in_hand.done()
    other = Collector()
    await bus.consume(INCOMING, other, prefetch=4)
    await other.wait_for(7)
    assert held.ids == ["single-0"]
    await paused.resume()
    await bus.publish(INCOMING, b"", id="next")
    async with asyncio.timeout(10):
        while "next" not in held.ids + other.ids:
            await asyncio.sleep(0.01)


async def test_pausing_and_resuming_quickly_loses_nothing(bus: Bus) -> None:
    collector = Collector()
    consumer = await bus.consume(INCOMING, collector, prefetch=4)
    publishing = asyncio.create_task(publish_many(bus, 400))
    for turn in range(20):
        await consumer.pause()
        await asyncio.sleep(0.01 * (turn % 3))
        await consumer.resume()
        await asyncio.sleep(0.005)
    ids = await publishing
    async with asyncio.timeout(20):
        while set(collector.ids) != set(ids):
            await asyncio.sleep(0.01)
    await eventually(bus, 0)


async def test_stop_waits_for_those_in_hand(bus: Bus) -> None:
    finished: list[str] = []

    async def handle(delivery: Delivery) -> None:
        await asyncio.sleep(0.2)
        finished.append(delivery.id)
        await delivery.done()

    consumer = await bus.consume(INCOMING, handle, prefetch=2)
    await publish_many(bus, 2)
    await asyncio.sleep(0.1)
    await consumer.stop(5)
    assert len(finished) == 2
    await eventually(bus, 0)


async def test_stop_leaves_the_rest_to_others(bus: Bus) -> None:
    stuck = Collector(done=False)
    consumer = await bus.consume(INCOMING, stuck, prefetch=3)
    ids = await publish_many(bus, 100)
    await stuck.wait_for(3)
    await consumer.stop(0.05)
    await consumer.stop(0.05)
    other = Collector()
    await bus.consume(INCOMING, other, prefetch=10)
    await other.wait_for(100)
    assert sorted(other.ids) == sorted(ids)
    repeated = {delivery.id for delivery in other.deliveries if delivery.repeated}
    assert set(stuck.ids) <= repeated


async def test_stop_cancels_handlers_after_the_grace(bus: Bus) -> None:
    cancelled = asyncio.Event()

    async def handle(_: Delivery) -> None:
        try:
            await asyncio.sleep(60)
        finally:
            cancelled.set()

    consumer = await bus.consume(INCOMING, handle, prefetch=1)
    await bus.publish(INCOMING, b"", id="slow")
    await asyncio.sleep(0.2)
    await consumer.stop(0.1)
    assert cancelled.is_set()
