"""The bus on RabbitMQ 3.10 and later: quorum queues, confirmed and mandatory publishes, group commit."""

import asyncio
import time
from collections.abc import Callable
from typing import Self

import structlog

from mailcore.bus.group_commit import MOST_LETTERS
from mailcore.bus.interface import Handler
from mailcore.bus.letter import Letter
from mailcore.bus.link import FAILURES, Link, is_cancelled
from mailcore.bus.publisher import IN_FLIGHT, Publisher
from mailcore.bus.sizes import Sizes
from mailcore.bus.subscription import Subscription
from mailcore.errors import BusAway

_log = structlog.get_logger(__name__)

_CHECK_SECONDS = 5.0
_MOST_OCTETS = 8 * 1024 * 1024
"""RabbitMQ 4 closes the channel of all publishers over a message beyond its `max_message_size` of 16 MiB."""


class RabbitBus:
    """Implements `mailcore.bus.interface.Bus`. It reconnects by itself; while the broker is away, it raises at once."""

    def __init__(self, url: str, *, clock: Callable[[], float], in_flight: int, most_letters: int) -> None:
        self._sizes = Sizes()
        self._publisher = Publisher(url, clock, self._sizes, in_flight=in_flight, most_letters=most_letters)
        self._consuming = Link(url, "hikyaku consumer", clock, up=_nothing_to_set_up, down=_nothing_to_tear_down)
        self._subscriptions: dict[Subscription, str] = {}

    @classmethod
    async def open(
        cls,
        url: str,
        *,
        clock: Callable[[], float] = time.time,
        in_flight: int = IN_FLIGHT,
        most_letters: int = MOST_LETTERS,
    ) -> Self:
        """Connect to the broker at `url` and declare the queues.

        Opens all the same when the broker is away, and keeps trying. `clock` gives seconds since the epoch.
        `in_flight` batches of at most `most_letters` messages are on their way at once.
        """
        bus = cls(url, clock=clock, in_flight=in_flight, most_letters=most_letters)
        await bus._publisher.start()
        return bus

    async def publish(self, queue: str, body: bytes, *, id: str, attempt: int = 1) -> None:  # noqa: A002
        """Return once the broker has confirmed `body` and routed it to `queue`; raise BusAway within 10 s otherwise."""
        if len(body) > _MOST_OCTETS:
            raise ValueError(f"a body of {len(body)} octets: the bus carries at most {_MOST_OCTETS}")
        await self._publisher.publish(queue, Letter(id, attempt, body))

    async def consume(self, queue: str, handler: Handler, *, prefetch: int) -> Subscription:
        """Give deliveries of `queue` to `handler`, at most `prefetch` in hand at once."""
        await self._consuming.start()
        subscription = Subscription(self._consuming, queue, handler, prefetch=prefetch, sizes=self._sizes)
        self._subscriptions[subscription] = queue
        return subscription

    async def backlog(self, queue: str) -> int:
        """Give about how many messages wait in `queue`. Raises BusAway.

        The broker counts queue messages, which hold several under load: each is taken to hold what those did that this
        process has lately seen. What the broker sent ahead to consumers of other processes is not counted.
        """
        ready = await self._count(queue)
        ours = sum(subscription.waiting for subscription, its in self._subscriptions.items() if its == queue)
        return round(ready * self._sizes.mean(queue)) + ours

    async def check(self) -> None:
        """Return when the broker would take a message now; raise BusAway otherwise, within 5 s."""
        try:
            async with asyncio.timeout(_CHECK_SECONDS):
                await self._publisher.check()
        except TimeoutError:
            raise BusAway(f"RabbitMQ did not answer within {_CHECK_SECONDS:g} s") from None

    async def close(self) -> None:
        """Let publishes under way end, then disconnect; what consumers have in hand comes again."""
        await self._publisher.close()
        for subscription in list(self._subscriptions):
            await subscription.stop(0)
        await self._consuming.close()

    async def _count(self, queue: str) -> int:
        await self._consuming.start()
        connection = self._consuming.connection
        try:
            async with asyncio.timeout(_CHECK_SECONDS):
                channel = await connection.channel(publisher_confirms=False)
                declared = await channel.queue_declare(queue, passive=True)
                await channel.close()
        except asyncio.CancelledError:
            if is_cancelled():
                raise
            raise BusAway("RabbitMQ is away: the connection was closed") from None
        except FAILURES as error:
            raise BusAway(f"RabbitMQ did not tell about {queue}: {error}") from error
        return declared.message_count or 0


async def _nothing_to_set_up(_: object) -> None:
    """Subscriptions and counts open channels of their own."""


def _nothing_to_tear_down(_: str) -> None:
    """Subscriptions see their channels close."""
