"""Declaring the queues on RabbitMQ: durable, replicated, with a net below them."""

from collections.abc import Sequence

from aiormq.abc import AbstractChannel

from mailcore.bus.topology import DEAD_LETTERS

_DELIVERY_LIMIT = 1000
"""RabbitMQ 4 gives a message up after 20 failed deliveries unless told otherwise, and counts lost connections."""

_NO_LIMIT = 2**31 - 1


async def declare_queues(channel: AbstractChannel, queues: Sequence[str]) -> None:
    """Make sure that `queues` and the dead-letter queue exist. Raises what aiormq raises."""
    await _declare(channel, DEAD_LETTERS, {"x-delivery-limit": _NO_LIMIT})
    for queue in queues:
        await _declare(
            channel,
            queue,
            {
                "x-delivery-limit": _DELIVERY_LIMIT,
                "x-dead-letter-exchange": "",
                "x-dead-letter-routing-key": DEAD_LETTERS,
            },
        )


async def _declare(channel: AbstractChannel, queue: str, arguments: dict[str, str | int]) -> None:
    await channel.queue_declare(queue, durable=True, arguments={"x-queue-type": "quorum", **arguments})
