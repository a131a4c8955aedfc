"""What the hand-over bench compares: aiosmtpd's plain SMTP class and our session class, no policy behind either.

    python tests/bench/handover_server.py aiosmtpd|session AMQP_URL QUEUE

`aiosmtpd`: each message goes, persistent and mandatory, to the quorum queue QUEUE by aio-pika, and gets its 250 when
the broker has confirmed it. `session`: the same dialogue by our session class; the message, with its envelope and
`Received:`, goes to the incoming queue by our hand-over. Prints `ready smtp=127.0.0.1:PORT` as ingress does; serves
until it is terminated.
"""

import asyncio
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import SystemRandom

import aio_pika
import uvloop
from aio_pika.abc import AbstractExchange
from aiosmtpd.smtp import SMTP, Envelope

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.fakes.contents import MemoryContents
from tests.fakes.null_handler import NullHandler

from ingress.accept import hand_over
from ingress.intake import Intake
from ingress.seam import MailCommand, MessageSink, RcptCommand, SessionState
from ingress.session import Listener, LiveSessions, Session
from mailcore import replies
from mailcore.bus.rabbitmq import RabbitBus
from mailcore.db.database import Database
from mailcore.ids import new_message_id
from mailcore.log import configure_logging
from mailcore.mail import envelope
from mailcore.mail.incoming import Client, Incoming
from mailcore.mail.received import Hop, received_field
from mailcore.replies import Reply


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


class HandingOver(NullHandler):
    """Says yes to everything, and hands every message over as ingress does."""

    def __init__(self, bus: RabbitBus, database: Database) -> None:
        self._bus = bus
        self._database = database
        self._contents = MemoryContents()
        self._bits = SystemRandom().getrandbits

    async def mail(self, state: SessionState, command: MailCommand) -> Reply:
        """Remember the sender."""
        state.memory["sender"], state.memory["recipients"] = command.path, []
        return replies.SENDER_OK

    async def rcpt(self, state: SessionState, command: RcptCommand) -> Reply:
        """Remember the recipient."""
        recipients = state.memory["recipients"]
        assert isinstance(recipients, list)
        recipients.append(envelope.Recipient(command.path))
        return replies.RECIPIENT_OK

    async def data(self, state: SessionState) -> MessageSink | Reply:
        """Take the message as ingress does."""
        return Intake(self._contents)

    async def message(self, state: SessionState, sink: MessageSink) -> Reply:
        """Give the message its id and its `Received:`, and hand it over."""
        assert isinstance(sink, Intake)
        now = time.time()
        message_id = new_message_id(now, self._bits)
        sender, recipients = state.memory["sender"], state.memory["recipients"]
        assert isinstance(sender, str)
        assert isinstance(recipients, list)
        hop = Hop(
            client_ip=state.peer_ip,
            client_host=None,
            helo=state.helo,
            server="mx.example.com",
            protocol="ESMTP",
            tls=None,
            message_id=message_id,
            recipient=recipients[0].address,
            at=now,
        )
        mail = Incoming(
            id=message_id,
            accepted_at=now,
            envelope=envelope.Envelope(sender, tuple(recipients)),
            client=Client(state.peer_ip, state.peer_port, state.helo, "ESMTP", state.listener),
            settings_revision=0,
            trace_fields=received_field(hop),
            header_size=sink.header.header_size,
            content=await sink.content(),
        )
        await hand_over(self._database, self._bus, mail)
        return replies.MESSAGE_ACCEPTED.about(message_id=message_id)


async def plain(url: str, queue: str) -> Callable[[], asyncio.BaseProtocol]:
    """Give what makes aiosmtpd's protocol for each connection."""
    connection = await aio_pika.connect(url)
    channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
    await channel.declare_queue(queue, durable=True, arguments={"x-queue-type": "quorum"})
    handler = PublishingHandler(channel.default_exchange, queue)
    return lambda: SMTP(handler, hostname="mx.example.com")


async def session(url: str) -> Callable[[], asyncio.BaseProtocol]:
    """Give what makes our session for each connection. Messages that are small never ask for the database."""
    handler = HandingOver(await RabbitBus.open(url), await Database.open("sqlite:////nowhere/never-opened"))
    listener, live = Listener("smtp"), LiveSessions()
    return lambda: Session(handler, listener, live)


async def main(kind: str, url: str, queue: str) -> None:
    """Serve until the process is terminated."""
    configure_logging("warning", "console", service="bench")
    factory = await (plain(url, queue) if kind == "aiosmtpd" else session(url))
    server = await asyncio.get_running_loop().create_server(factory, "127.0.0.1", 0, backlog=4096)
    print(f"ready smtp=127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1], sys.argv[2], sys.argv[3]))
