"""What a message costs on either bus: messages per second, and CPU microseconds of each process.

`python -m tests.bench.bus [--seconds 2] [--size 5120]`: bodies of 5 KiB with 1, 8, 64 and 256 concurrent publishers,
consumed in the same process. RabbitMQ also without group commit, in the same run, so that the ratio means something
on a machine that others use too. AMQP_URL is not read: the broker is a private one, whose CPU time can be seen.
"""

import argparse
import asyncio
import gc
import os
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import uvloop
from tests.parts import RabbitMQ

from mailcore.bus.embedded import EmbeddedBus
from mailcore.bus.group_commit import MOST_LETTERS
from mailcore.bus.interface import Bus, Delivery
from mailcore.bus.rabbitmq import RabbitBus
from mailcore.bus.topology import INCOMING

PUBLISHERS = (1, 8, 64, 256)
TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Result:
    """One measurement."""

    rate: float
    """Messages published and consumed per second."""
    own: float
    """CPU microseconds per message of this process, both sides."""
    broker: float | None
    """CPU microseconds per message of the broker."""


def cpu_of(pid: int) -> float:
    """CPU seconds that a process has used (proc(5), fields 14 and 15 of stat)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


async def measure(bus: Bus, publishers: int, *, seconds: float, body: bytes, broker: int | None) -> Result:
    """Publish for `seconds` with that many publishers, and consume what they publish."""
    published = consumed = 0

    async def publish(name: int, deadline: float) -> None:
        nonlocal published
        while time.monotonic() < deadline:
            await bus.publish(INCOMING, body, id=f"0190d5a0-0000-7000-8000-{name:012}")
            published += 1

    async def handle(delivery: Delivery) -> None:
        nonlocal consumed
        await delivery.done()
        consumed += 1

    consumer = await bus.consume(INCOMING, handle, prefetch=256)
    gc.collect()
    started, own = time.monotonic(), time.process_time()
    theirs = cpu_of(broker) if broker is not None else 0.0
    await asyncio.gather(*(publish(name, started + seconds) for name in range(publishers)))
    while consumed < published:
        await asyncio.sleep(0.005)
    elapsed, own = time.monotonic() - started, time.process_time() - own
    theirs = cpu_of(broker) - theirs if broker is not None else 0.0
    await consumer.stop(5)
    return Result(published / elapsed, own / published * 1e6, theirs / published * 1e6 if broker is not None else None)


async def series(
    open_bus: Callable[[], Awaitable[Bus]], *, seconds: float, body: bytes, broker: int | None = None
) -> list[Result]:
    """Measure each number of publishers on one bus."""
    bus = await open_bus()
    await measure(bus, 8, seconds=min(seconds, 0.5), body=body, broker=broker)
    results = [await measure(bus, count, seconds=seconds, body=body, broker=broker) for count in PUBLISHERS]
    await bus.close()
    return results


def show(name: str, results: list[Result]) -> None:
    """Print one line for each number of publishers."""
    for count, result in zip(PUBLISHERS, results, strict=True):
        broker = "" if result.broker is None else f"{result.broker:8.0f} µs broker"
        print(f"{name:24}{count:4} publishers {result.rate:8.0f}/s {result.own:7.0f} µs own {broker}")


def compare(grouped: list[Result], single: list[Result]) -> None:
    """Print what group commit gains."""
    for count, with_it, without in zip(PUBLISHERS, grouped, single, strict=True):
        broker = (with_it.broker or 0) / (without.broker or 1)
        print(
            f"group commit / without  {count:4} publishers: rate x{with_it.rate / without.rate:.2f}, "
            f"own CPU x{with_it.own / without.own:.2f}, broker CPU x{broker:.2f}"
        )


async def main() -> None:
    """Measure everything once."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--size", type=int, default=5120)
    parser.add_argument("--in-flight", type=int, nargs="*", default=[4])
    options = parser.parse_args()
    body = os.urandom(options.size)
    with tempfile.TemporaryDirectory() as directory:
        results = await series(
            lambda: EmbeddedBus.open(Path(directory) / "bus.sqlite3"), seconds=options.seconds, body=body
        )
        show("embedded", results)
    with RabbitMQ() as server:
        broker = server.pid

        async def rabbit(*, in_flight: int, most_letters: int = MOST_LETTERS) -> list[Result]:
            return await series(
                lambda: RabbitBus.open(server.url, in_flight=in_flight, most_letters=most_letters),
                seconds=options.seconds,
                body=body,
                broker=broker,
            )

        single = await rabbit(in_flight=256, most_letters=1)
        show("rabbitmq, one by one", single)
        for in_flight in options.in_flight:
            grouped = await rabbit(in_flight=in_flight)
            show(f"rabbitmq, {in_flight} in flight", grouped)
            compare(grouped, single)


if __name__ == "__main__":
    uvloop.run(main())
