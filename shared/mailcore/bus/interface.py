"""What the bus promises, whatever carries it: RabbitMQ in production, SQLite in the standalone form.

Nothing is ever nacked, delayed, broadcast or answered here; the database does those.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message handed to a consumer."""

    id: str
    """The id it was published under."""
    body: bytes
    attempt: int
    """1 when it was never given back; a handler that fails unexpectedly publishes it again with one more."""
    repeated: bool
    """Whether an earlier consumer may have had it already: a hint to look twice, never a promise that it had."""
    done: Callable[[], Awaitable[None]]
    """Says that everything it asked for is durable; it never comes again."""
    may_be_elsewhere: Callable[[], bool] = _never
    """Whether another consumer may have it by now: the bus lost touch with us, or may have without our knowing."""


Handler = Callable[[Delivery], Awaitable[None]]
"""Takes one delivery. It calls `done` itself, now or later; returning without it leaves the delivery unacknowledged.

It must not raise: what goes wrong is the handler's to settle.
"""


class Consumer(Protocol):
    """A running subscription to one queue."""

    async def pause(self) -> None:
        """Take no new deliveries until `resume`; those in hand go on."""

    async def resume(self) -> None:
        """Take deliveries again."""

    async def stop(self, grace: float) -> None:
        """Take no new deliveries, wait up to `grace` seconds for those in hand, and leave the rest to others."""


class Bus(Protocol):
    """Durable queues by name."""

    async def publish(self, queue: str, body: bytes, *, id: str, attempt: int = 1) -> None:  # noqa: A002
        """Return once `body` is durable and routed to `queue`; raise BusAway within 10 s otherwise.

        After BusAway the message may or may not be in the queue.
        """

    async def consume(self, queue: str, handler: Handler, *, prefetch: int) -> Consumer:
        """Give deliveries of `queue` to `handler`, at most `prefetch` messages in hand at once.

        Goes on over lost connections by itself; what was in hand then comes again, to somebody, as `repeated`.
        """

    async def backlog(self, queue: str) -> int:
        """Give how many messages wait in `queue`, those in hand not counted. Raises BusAway."""

    async def check(self) -> None:
        """Return when the bus can take a message now; raise BusAway otherwise, within 5 s."""

    async def close(self) -> None:
        """Let publishes under way end, then let go of everything."""
