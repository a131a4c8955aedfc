"""What only a broker can do to us: die, freeze, block, refuse, lose a queue."""

import asyncio
import time
from collections.abc import AsyncIterator

import aio_pika
import pytest
from tests.integration.bus.traffic import Collector, Load
from tests.parts import RabbitMQ

from mailcore.bus.interface import Bus, Delivery
from mailcore.bus.rabbitmq import RabbitBus
from mailcore.bus.topology import DEAD_LETTERS, INCOMING
from mailcore.errors import BusAway

pytestmark = pytest.mark.real


@pytest.fixture
async def bus(rabbitmq: RabbitMQ, rabbitmq_url: str) -> AsyncIterator[RabbitBus]:
    """Open a bus on the broker that the test may break."""
    assert rabbitmq_url == rabbitmq.url, "these tests break the broker: unset TEST_AMQP_URL"
    bus = await RabbitBus.open(rabbitmq.url)
    yield bus
    await bus.close()


@pytest.fixture
async def old_queues(bus: RabbitBus) -> None:
    """Let the queues be some seconds old: RabbitMQ 3.10 writes down lazily that it has a new one.

    One that is killed right after never serves the queue again, whatever it has confirmed.
    """
    await bus.check()
    await asyncio.sleep(3)


async def until_it_takes_messages(bus: Bus) -> None:
    """Wait until the bus has found the broker again."""
    async with asyncio.timeout(20):
        while True:
            try:
                await bus.check()
            except BusAway:
                await asyncio.sleep(0.05)
            else:
                return


@pytest.mark.usefixtures("old_queues")
async def test_every_publish_that_returned_survives_a_crash_of_the_broker(bus: RabbitBus, rabbitmq: RabbitMQ) -> None:
    load = Load(bus, publishers=32)
    await asyncio.sleep(0.7)
    rabbitmq.kill()
    killed = len(load.returned)
    await asyncio.sleep(0.5)
    await rabbitmq.asynchronously(rabbitmq.start)
    await until_it_takes_messages(bus)
    await asyncio.sleep(0.5)
    await load.end()
    assert killed > 0
    assert load.refused, "the crash must have been noticed"
    assert len(load.returned) > killed, "the bus comes back by itself"
    assert load.slowest < 10.5
    collector = Collector()
    await bus.consume(INCOMING, collector, prefetch=64)
    async with asyncio.timeout(30):
        while not set(load.returned) <= set(collector.ids):
            await asyncio.sleep(0.05)
    assert set(collector.ids) <= {*load.returned, *load.refused}


async def test_a_consumer_goes_on_after_a_crash_of_the_broker(bus: RabbitBus, rabbitmq: RabbitMQ) -> None:
    collector = Collector(done=False)
    await bus.consume(INCOMING, collector, prefetch=8)
    await bus.publish(INCOMING, b"", id="in hand")
    (before,) = await collector.wait_for(1)
    await rabbitmq.asynchronously(rabbitmq.restart)
    before_and_again = await collector.wait_for(2)
    assert [(delivery.id, delivery.repeated) for delivery in before_and_again] == [
        ("in hand", False),
        ("in hand", True),
    ]
    await before.done()
    await before_and_again[1].done()
    await until_it_takes_messages(bus)
    await bus.publish(INCOMING, b"", id="after")
    (*_, after) = await collector.wait_for(3)
    assert (after.id, after.repeated) == ("after", False)


async def test_what_was_published_before_a_restart_counts_as_repeated(bus: RabbitBus, rabbitmq: RabbitMQ) -> None:
    await bus.publish(INCOMING, b"", id="old")
    await rabbitmq.asynchronously(rabbitmq.restart)
    collector = Collector()
    await bus.consume(INCOMING, collector, prefetch=8)
    (delivery,) = await collector.wait_for(1)
    assert delivery.repeated


async def test_a_queue_that_does_not_exist_is_busaway(bus: RabbitBus) -> None:
    with pytest.raises(BusAway, match=r"no queue hikyaku\.nowhere"):
        await bus.publish("hikyaku.nowhere", b"", id="lost")
    await bus.publish(INCOMING, b"", id="fine")


async def test_a_queue_that_was_removed_is_made_again(bus: RabbitBus, rabbitmq: RabbitMQ) -> None:
    collector = Collector()
    await bus.consume(INCOMING, collector, prefetch=8)
    await bus.publish(INCOMING, b"", id="before")
    await collector.wait_for(1)
    # RabbitMQ 3.10 tells a consumer nothing when the queue is removed in the moment in which it subscribes.
    await asyncio.sleep(0.5)
    async with await aio_pika.connect(rabbitmq.url) as connection:
        await (await connection.channel()).queue_delete(INCOMING)
    published = 0
    async with asyncio.timeout(10):
        while published < 3:
            try:
                await bus.publish(INCOMING, b"", id=str(published))
                published += 1
            except BusAway:
                await asyncio.sleep(0.05)
    await collector.wait_for(4)


async def test_the_broker_may_be_away_at_open(rabbitmq: RabbitMQ, rabbitmq_url: str) -> None:
    await rabbitmq.asynchronously(rabbitmq.stop)
    bus = await RabbitBus.open(rabbitmq_url)
    collector = Collector()
    started = time.monotonic()
    await bus.consume(INCOMING, collector, prefetch=8)
    for attempt in (bus.check(), bus.publish(INCOMING, b"", id="early"), bus.backlog(INCOMING)):
        with pytest.raises(BusAway, match="away"):
            await attempt
    assert time.monotonic() - started < 5
    await rabbitmq.asynchronously(rabbitmq.start)
    await until_it_takes_messages(bus)
    await bus.publish(INCOMING, b"", id="late")
    await collector.wait_for(1)
    await bus.close()


async def test_a_blocked_connection_is_busaway_at_once(bus: RabbitBus, rabbitmq: RabbitMQ) -> None:
    collector = Collector(done=False)
    await bus.consume(INCOMING, collector, prefetch=8)
    await bus.publish(INCOMING, b"", id="before")
    (before,) = await collector.wait_for(1)
    await rabbitmq.asynchronously(lambda: rabbitmq.control("set_vm_memory_high_watermark", "0.000001"))
    try:
        started = time.monotonic()
        with pytest.raises(BusAway):
            await bus.publish(INCOMING, b"", id="while blocked")
        assert time.monotonic() - started < 5
        started = time.monotonic()
        for attempt in (bus.publish(INCOMING, b"", id="while blocked"), bus.check()):
            with pytest.raises(BusAway, match="memory"):
                await attempt
        assert time.monotonic() - started < 5
        await before.done()
    finally:
        await rabbitmq.asynchronously(lambda: rabbitmq.control("set_vm_memory_high_watermark", "absolute", "1GiB"))
    await until_it_takes_messages(bus)
    await bus.publish(INCOMING, b"", id="after")
    async with asyncio.timeout(10):
        while "after" not in collector.ids:
            await asyncio.sleep(0.05)


async def test_a_frozen_broker_is_busaway_within_ten_seconds(bus: RabbitBus, rabbitmq: RabbitMQ) -> None:
    await bus.publish(INCOMING, b"", id="before")
    with rabbitmq.frozen():
        started = time.monotonic()
        results = await asyncio.gather(
            *(bus.publish(INCOMING, b"", id=str(number)) for number in range(200)), return_exceptions=True
        )
        assert time.monotonic() - started < 15
        assert {type(result) for result in results} == {BusAway}
        started = time.monotonic()
        for attempt in (bus.publish(INCOMING, b"", id="next"), bus.check()):
            with pytest.raises(BusAway):
                await attempt
        assert time.monotonic() - started < 5, "known to be away"
    await until_it_takes_messages(bus)
    await bus.publish(INCOMING, b"", id="after")


async def test_a_refusal_of_the_broker_is_busaway(bus: RabbitBus, rabbitmq: RabbitMQ) -> None:
    policy = '{"max-length": 1, "overflow": "reject-publish"}'
    await rabbitmq.asynchronously(
        lambda: rabbitmq.control("set_policy", "--apply-to", "queues", "full", "^hikyaku", policy)
    )
    try:
        with pytest.raises(BusAway):  # noqa: PT012 - it takes the policy a moment to hold
            for number in range(200):
                await bus.publish(INCOMING, b"", id=str(number))
                await asyncio.sleep(0.01)
    finally:
        await rabbitmq.asynchronously(lambda: rabbitmq.control("clear_policy", "full"))


async def test_a_queue_message_of_unknown_form_is_handed_on(bus: RabbitBus, rabbitmq: RabbitMQ) -> None:
    async with await aio_pika.connect(rabbitmq.url) as connection:
        channel = await connection.channel()
        await channel.default_exchange.publish(aio_pika.Message(b"\xffnot ours"), INCOMING)
    collector = Collector()
    await bus.consume(INCOMING, collector, prefetch=8)
    (delivery,) = await collector.wait_for(1)
    assert delivery.body == b"\xffnot ours"
    assert delivery.repeated


async def test_queues_are_replicated_and_have_a_net_below(bus: RabbitBus, rabbitmq: RabbitMQ) -> None:
    await bus.check()
    listing = rabbitmq.control("list_queues", "name", "type", "arguments")
    incoming = next(line for line in listing.splitlines() if line.startswith(INCOMING))
    assert "quorum" in incoming
    assert '"x-delivery-limit",1000' in incoming
    assert DEAD_LETTERS in incoming
    assert any(line.startswith(DEAD_LETTERS) for line in listing.splitlines())


async def test_what_the_broker_gives_up_lands_in_the_dead_letters(bus: RabbitBus, rabbitmq: RabbitMQ) -> None:
    await bus.publish(INCOMING, b"body", id="hopeless")
    async with await aio_pika.connect(rabbitmq.url) as connection:
        channel = await connection.channel()
        queue = await channel.get_queue(INCOMING)
        message = await queue.get(timeout=5)
        await message.reject(requeue=False)
    collector = Collector()
    await bus.consume(DEAD_LETTERS, collector, prefetch=8)
    (delivery,) = await collector.wait_for(1)
    assert (delivery.id, delivery.body) == ("hopeless", b"body")


@pytest.mark.usefixtures("old_queues")
async def test_in_hand_when_the_connection_breaks_is_handled_to_its_end(bus: RabbitBus, rabbitmq: RabbitMQ) -> None:
    ended: list[bool] = []

    async def handle(delivery: Delivery) -> None:
        await asyncio.sleep(2)
        await delivery.done()
        ended.append(delivery.repeated)

    await bus.consume(INCOMING, handle, prefetch=1)
    await bus.publish(INCOMING, b"", id="slow")
    await asyncio.sleep(0.3)
    rabbitmq.kill()
    await rabbitmq.asynchronously(rabbitmq.start)
    async with asyncio.timeout(20):
        while len(ended) < 2:
            await asyncio.sleep(0.05)
    assert ended == [False, True]


async def test_a_consumer_that_was_kept_from_running_begins_anew(bus: RabbitBus) -> None:
    collector = Collector(done=False)
    subscription = await bus.consume(INCOMING, collector, prefetch=8)
    await bus.publish(INCOMING, b"", id="in hand")
    (before,) = await collector.wait_for(1)
    assert not before.may_be_elsewhere()
    # As if the process had been frozen: nobody else can set back the clock.
    subscription._pulse._felt_at -= 10
    _, again = await collector.wait_for(2)
    assert before.may_be_elsewhere()
    assert (again.id, again.repeated) == ("in hand", True)
    await again.done()
    await bus.publish(INCOMING, b"", id="after")
    (*_, after) = await collector.wait_for(3)
    assert (after.id, after.repeated) == ("after", False)
    await after.done()
