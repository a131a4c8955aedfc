"""What `mailcore.bus.interface` promises, by both buses."""

import asyncio
from contextlib import suppress

import pytest
from tests.integration.bus.traffic import Collector, Open, eventually, publish_many

from mailcore.bus.interface import Bus, Delivery
from mailcore.bus.topology import INCOMING, OUTBOUND

EVERY_OCTET = bytes(range(256))


async def test_a_delivery_is_what_was_published(bus: Bus) -> None:
    collector = Collector()
    await bus.consume(INCOMING, collector, prefetch=4)
    await bus.publish(INCOMING, EVERY_OCTET, id="é-1", attempt=1)
    (delivery,) = await collector.wait_for(1)
    assert (delivery.id, delivery.body, delivery.attempt, delivery.repeated) == ("é-1", EVERY_OCTET, 1, False)


async def test_attempts_are_carried_and_count_as_repeated(bus: Bus) -> None:
    collector = Collector()
    await bus.consume(INCOMING, collector, prefetch=4)
    await bus.publish(INCOMING, b"", id="again", attempt=3)
    (delivery,) = await collector.wait_for(1)
    assert (delivery.body, delivery.attempt, delivery.repeated) == (b"", 3, True)


async def test_big_bodies_arrive_whole(bus: Bus) -> None:
    bodies = {f"big-{number}": EVERY_OCTET * 1200 + bytes([number]) for number in range(5)}
    collector = Collector()
    await bus.consume(INCOMING, collector, prefetch=4)
    await asyncio.gather(*(bus.publish(INCOMING, body, id=identity) for identity, body in bodies.items()))
    await collector.wait_for(5)
    assert {delivery.id: delivery.body for delivery in collector.deliveries} == bodies


async def test_messages_come_in_the_order_of_publishing(bus: Bus) -> None:
    ids = await publish_many(bus, 300)
    collector = Collector()
    await bus.consume(INCOMING, collector, prefetch=1)
    await collector.wait_for(300)
    assert collector.ids == ids


@pytest.mark.slow
async def test_ten_thousand_messages_come_once_each(bus: Bus) -> None:
    collector = Collector()
    await bus.consume(INCOMING, collector, prefetch=64)
    ids = await publish_many(bus, 10_000)
    await collector.wait_for(10_000, seconds=60)
    await eventually(bus, 0)
    assert sorted(collector.ids) == sorted(ids)


async def test_queues_are_apart(bus: Bus) -> None:
    incoming, outbound = Collector(), Collector()
    await bus.consume(INCOMING, incoming, prefetch=4)
    await bus.consume(OUTBOUND, outbound, prefetch=4)
    await bus.publish(INCOMING, b"", id="in")
    await bus.publish(OUTBOUND, b"", id="out")
    await incoming.wait_for(1)
    await outbound.wait_for(1)
    assert (incoming.ids, outbound.ids) == (["in"], ["out"])


async def test_published_messages_outlive_the_bus(open_bus: Open) -> None:
    first = await open_bus()
    ids = await publish_many(first, 40)
    await first.close()
    collector = Collector()
    second = await open_bus()
    await second.consume(INCOMING, collector, prefetch=8)
    await collector.wait_for(40)
    assert collector.ids == ids
    assert all(delivery.repeated for delivery in collector.deliveries), "an earlier consumer may have had them"


async def test_what_is_done_does_not_come_again(open_bus: Open) -> None:
    first = await open_bus()
    collector = Collector()
    await first.consume(INCOMING, collector, prefetch=8)
    await publish_many(first, 40)
    await collector.wait_for(40)
    await eventually(first, 0)
    await first.close()
    second, again = await open_bus(), Collector()
    await second.consume(INCOMING, again, prefetch=8)
    await second.publish(INCOMING, b"", id="new")
    await again.wait_for(1)
    assert again.ids == ["new"]


async def test_what_is_not_done_comes_again_as_repeated(open_bus: Open) -> None:
    first = await open_bus()
    collector = Collector(done=False)
    await first.consume(INCOMING, collector, prefetch=8)
    await first.publish(INCOMING, b"body", id="undone")
    (delivery,) = await collector.wait_for(1)
    assert not delivery.repeated
    await first.close()
    second, again = await open_bus(), Collector()
    await second.consume(INCOMING, again, prefetch=8)
    (delivery,) = await again.wait_for(1)
    assert (delivery.id, delivery.body, delivery.repeated) == ("undone", b"body", True)


async def test_done_may_be_said_later_and_twice(bus: Bus) -> None:
    collector = Collector(done=False)
    await bus.consume(INCOMING, collector, prefetch=100)
    await publish_many(bus, 50)
    for delivery in reversed(await collector.wait_for(50)):
        await delivery.done()
        await delivery.done()
    await publish_many(bus, 60)
    for delivery in (await collector.wait_for(110))[50:]:
        await delivery.done()
    await eventually(bus, 0)


async def test_no_more_than_prefetch_are_in_hand(bus: Bus) -> None:
    await publish_many(bus, 100)
    collector = Collector(done=False)
    await bus.consume(INCOMING, collector, prefetch=5)
    for finished in range(20):
        deliveries = await collector.wait_for(5 + finished)
        await asyncio.sleep(0.01)
        assert len(deliveries) == 5 + finished
        await deliveries[finished].done()


async def test_a_handler_that_raises_does_not_end_the_consumer(bus: Bus) -> None:
    collector = Collector()

    async def handle(delivery: Delivery) -> None:
        if delivery.id == "message-0":
            raise LookupError(delivery.id)
        await collector(delivery)

    await bus.consume(INCOMING, handle, prefetch=4)
    await publish_many(bus, 10)
    await collector.wait_for(9)


async def test_a_cancelled_publish_leaves_the_others_alone(bus: Bus) -> None:
    collector = Collector()
    await bus.consume(INCOMING, collector, prefetch=64)
    tasks = [asyncio.create_task(bus.publish(INCOMING, b"", id=str(number))) for number in range(200)]
    for turn in range(10):
        await asyncio.sleep(0.001)
        for task in tasks[turn::20]:
            task.cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    returned = {str(number) for number, result in enumerate(results) if result is None}
    assert len(returned) >= 100
    await collector.wait_for(len(returned))
    await bus.publish(INCOMING, b"", id="last")
    async with asyncio.timeout(10):
        while "last" not in collector.ids:
            await asyncio.sleep(0.01)
    assert returned <= set(collector.ids)
    assert len(set(collector.ids)) == len(collector.ids)
    # One that became durable although its caller had gone is delivered like any other.
    await eventually(bus, 0)


async def test_backlog_counts_what_waits(bus: Bus) -> None:
    assert await bus.backlog(INCOMING) == 0
    for number in range(10):
        await bus.publish(INCOMING, b"", id=str(number))
    await eventually(bus, 10)
    collector = Collector(done=False)
    await bus.consume(INCOMING, collector, prefetch=2)
    await collector.wait_for(2)
    await eventually(bus, 8)
    for finished in range(10):
        deliveries = await collector.wait_for(finished + 1)
        await deliveries[finished].done()
    await eventually(bus, 0)


async def test_backlog_of_batches_is_about_right(bus: Bus) -> None:
    await publish_many(bus, 2000)
    async with asyncio.timeout(10):
        while not 1600 <= await bus.backlog(INCOMING) <= 2400:
            await asyncio.sleep(0.05)


async def test_check_and_close(bus: Bus) -> None:
    await bus.check()
    publishing = [asyncio.create_task(bus.publish(INCOMING, b"", id=str(number))) for number in range(50)]
    await asyncio.sleep(0)
    await bus.close()
    results = await asyncio.gather(*publishing, return_exceptions=True)
    assert results == [None] * 50, "publishes under way end before the bus closes"
    with suppress(asyncio.CancelledError), pytest.raises(Exception, match=r"away|closed"):
        await bus.publish(INCOMING, b"", id="late")
