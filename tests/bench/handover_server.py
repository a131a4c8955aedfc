"""What the hand-over bench compares with: aiosmtpd's plain SMTP class with one confirmed publish per message.

    python tests/bench/handover_server.py AMQP_URL QUEUE

Each message goes, persistent and mandatory, to the quorum queue QUEUE by aio-pika, and gets its 250 when the broker has
confirmed it. Prints `ready smtp=127.0.0.1:PORT` as ingress does, and serves until it is terminated.
"""

import asyncio
import sys

import aio_pika
import uvloop
from aio_pika.abc import AbstractExchange
from aiosmtpd.smtp import SMTP, Envelope


class PublishingHandler:
    """What aiosmtpd asks for at the end of data."""

    def __init__(self, exchange: AbstractExchange, queue: str) -> None:
        self._exchange = exchange
        self._queue = queue

    async def handle_DATA(self, server: object, session: object, envelope: Envelope) -> str:  # noqa: N802 - its name
        """Publish the message."""
        content = envelope.content
        assert isinstance(content, bytes)
        message = aio_pika.Message(content, delivery_mode=aio_pika.DeliveryMode.PERSISTENT)
        await self._exchange.publish(message, self._queue, mandatory=True)
        return "250 OK"


async def main(url: str, queue: str) -> None:
    """Serve until the process is terminated."""
    connection = await aio_pika.connect(url)
    channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
    await channel.declare_queue(queue, durable=True, arguments={"x-queue-type": "quorum"})
    handler = PublishingHandler(channel.default_exchange, queue)
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(handler, hostname="mx.example.com"), "127.0.0.1", 0, backlog=4096
    )
    print(f"ready smtp=127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1], sys.argv[2]))
