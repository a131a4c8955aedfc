"""Publishing to RabbitMQ: one confirming channel for all queues, several batches on their way at once.

Used by `rabbitmq`.
"""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial

import aiormq
import structlog
from aiormq.abc import AbstractChannel, AbstractConnection

from mailcore.bus.declare import declare_queues
from mailcore.bus.group_commit import CONFIRM_SECONDS, GroupCommit
from mailcore.bus.letter import Letter, pack
from mailcore.bus.link import FAILURES, Link, is_cancelled
from mailcore.bus.sizes import Sizes
from mailcore.bus.topology import QUEUES
from mailcore.errors import BusAway

_log = structlog.get_logger(__name__)

IN_FLIGHT = 4
"""Batches on their way at once: enough to keep the broker busy, few enough that batches fill under load."""

_LOOK_SECONDS = 0.1
"""How often to look whether the broker has blocked the connection: aiormq tells only who asks."""

_TELLING_SECONDS = 1.0

_PERSISTENT = 2


class Publisher:
    """Publishes letters in batches; fails at once while there is no use in trying."""

    def __init__(
        self, url: str, clock: Callable[[], float], sizes: Sizes, *, in_flight: int, most_letters: int
    ) -> None:
        self._clock = clock
        self._sizes = sizes
        self._in_flight = in_flight
        self._most_letters = most_letters
        self._link = Link(url, "hikyaku publisher", clock, up=self._up, down=self._down)
        self._channel: AbstractChannel | None = None
        self._watch: asyncio.Task[None] | None = None
        self._blocked = False
        self._batches: dict[str, GroupCommit] = {}

    async def start(self) -> None:
        """Connect; return when the first attempt has succeeded or failed."""
        await self._link.start()

    async def check(self) -> None:
        """Return when the broker answers. Raises BusAway."""
        connection = self._link.connection
        self._ready_channel()
        try:
            channel = await connection.channel(publisher_confirms=False)
            await channel.close()
        except asyncio.CancelledError:
            if is_cancelled():
                raise
            raise BusAway("RabbitMQ is away: the connection was closed") from None
        except FAILURES as error:
            raise BusAway(f"RabbitMQ is away: {error}") from error

    async def publish(self, queue: str, letter: Letter) -> None:
        """Return when `letter` is durable in `queue`; raise BusAway otherwise, within 10 s."""
        self._ready_channel()
        batches = self._batches.get(queue)
        if batches is None:
            send = partial(self._send, queue)
            batches = GroupCommit(send, in_flight=self._in_flight, most_letters=self._most_letters)
            self._batches[queue] = batches
        await batches.publish(letter)

    async def close(self) -> None:
        """Let what is on its way end, then disconnect."""
        await asyncio.gather(*(batches.drain() for batches in self._batches.values()))
        if self._watch is not None:
            self._watch.cancel()
        await self._link.close()

    def _ready_channel(self) -> AbstractChannel:
        """Give the channel to publish on. Raises BusAway when the broker would not take anything now."""
        if self._channel is None:
            # Says why there is none.
            _ = self._link.connection
            raise BusAway("RabbitMQ is away")
        if self._blocked:
            raise BusAway("RabbitMQ takes no messages now: it is short of memory or disk")
        return self._channel

    async def _send(self, queue: str, letters: Sequence[Letter]) -> None:
        channel = self._ready_channel()
        properties = aiormq.spec.Basic.Properties(delivery_mode=_PERSISTENT)
        octets = pack(letters, self._clock())
        try:
            async with asyncio.timeout(CONFIRM_SECONDS):
                await channel.basic_publish(octets, routing_key=queue, mandatory=True, properties=properties)
        except TimeoutError:
            if not self._blocked:
                # The broker or the way to it hangs. A new connection is refused at once where this one would wait;
                # but a blocked broker accepts one, and says only at its first message that it is blocked.
                await self._give_up(channel, f"no confirm within {CONFIRM_SECONDS:g} s")
            raise BusAway(f"RabbitMQ did not confirm within {CONFIRM_SECONDS:g} s") from None
        except aiormq.exceptions.PublishError:
            if queue in QUEUES:
                # Somebody removed it: declared again with the next connection, but not before the broker has told those
                # who consume from the old one. It serves one that is made at once to consumers that never get anything.
                await asyncio.sleep(_TELLING_SECONDS)
                await self._give_up(channel, f"the queue {queue} is gone")
            raise BusAway(f"RabbitMQ has no queue {queue}") from None
        except asyncio.CancelledError:
            if is_cancelled():
                raise
            raise BusAway("RabbitMQ is away: the connection was closed") from None
        except FAILURES as error:
            raise BusAway(f"RabbitMQ did not take a message: {error}") from error
        self._sizes.seen(queue, len(letters))

    async def _give_up(self, channel: AbstractChannel, reason: str) -> None:
        """Make a new connection, unless there is one already."""
        if self._channel is channel:
            await self._link.drop(reason)

    async def _up(self, connection: AbstractConnection) -> None:
        channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
        await declare_queues(channel, QUEUES)
        self._blocked = False
        self._channel = channel
        self._watch = asyncio.create_task(self._look_after(connection, channel))

    def _down(self, reason: str) -> None:
        self._channel = None
        if self._watch is not None and self._watch is not asyncio.current_task():
            self._watch.cancel()
        for batches in self._batches.values():
            batches.fail(reason)

    async def _look_after(self, connection: AbstractConnection, channel: AbstractChannel) -> None:
        """Notice when the broker blocks the connection or closes the channel."""
        closing = asyncio.ensure_future(channel.closing)
        while not closing.done():
            ready = asyncio.ensure_future(connection.ready())
            await asyncio.wait({ready, closing}, timeout=_LOOK_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            if not ready.done() and not closing.done():
                self._blocked = True
                _log.warning("RabbitMQ takes no messages: it is short of memory or disk")
                for batches in self._batches.values():
                    batches.fail("RabbitMQ takes no messages now: it is short of memory or disk")
                await asyncio.wait({ready, closing}, return_when=asyncio.FIRST_COMPLETED)
                self._blocked = False
            ready.cancel()
            await asyncio.wait({closing}, timeout=_LOOK_SECONDS)
        reason = "closed" if closing.cancelled() else str(closing.exception() or "closed")
        await self._give_up(channel, f"the channel was closed: {reason}")
