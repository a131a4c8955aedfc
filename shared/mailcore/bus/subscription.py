"""Consuming from one queue of RabbitMQ, over lost connections.

Used by `rabbitmq`. A queue message holds one letter or many (`letter`); each is handled independently, and the queue
message is acknowledged when all of them are done.
"""

import asyncio
import hashlib
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

import structlog
from aiormq.abc import AbstractChannel, AbstractConnection, DeliveredMessage

from mailcore.bus.acknowledgements import Acknowledgements
from mailcore.bus.declare import declare_queues
from mailcore.bus.hands import Hands
from mailcore.bus.interface import Handler
from mailcore.bus.letter import Letter, Parcel, unpack
from mailcore.bus.link import FAILURES, Link, is_cancelled
from mailcore.bus.pulse import Pulse
from mailcore.bus.sizes import Sizes
from mailcore.bus.topology import QUEUES
from mailcore.errors import Malformed

_log = structlog.get_logger(__name__)

_PAUSE_SECONDS = 0.5
_CLOSE_SECONDS = 5.0
_PULSE_SECONDS = 1.0
_AWAY_SECONDS = 5.0
"""A broker gives up a consumer that is silent for two heartbeats of 10 s."""
_FEWEST_MESSAGES = 8
_LETTERS_PER_MESSAGE = 4


def messages_ahead(prefetch: int) -> int:
    """How many queue messages to have the broker send ahead for `prefetch` letters in hand.

    A queue message holds between one letter and 32. One for each letter would hoard up to 32 times what is asked
    for, away from the other consumers; one for 32 would leave hands empty when the load is low.
    """
    return min(prefetch, max(_FEWEST_MESSAGES, prefetch // _LETTERS_PER_MESSAGE))


@dataclass(eq=False, slots=True)
class _Opened:
    """A queue message some of whose letters are not done yet."""

    tag: int
    undone: int


@dataclass(eq=False, slots=True)
class _Session:
    """What belongs to one channel; all of it is forgotten when the channel is closed."""

    channel: AbstractChannel
    since: float
    consumer_tag: str = ""
    acknowledgements: Acknowledgements = field(default_factory=Acknowledgements)
    waiting: deque[tuple[Letter, bool, _Opened]] = field(default_factory=deque)
    sending: asyncio.Task[None] | None = None
    ended: asyncio.Event = field(default_factory=asyncio.Event)


class Subscription:
    """A running consumer."""

    def __init__(self, link: Link, queue: str, handler: Handler, *, prefetch: int, sizes: Sizes) -> None:
        self._link = link
        self._sizes = sizes
        self._queue = queue
        self._prefetch = prefetch
        self._hands = Hands(handler, prefetch, self._dispatch)
        self._session: _Session | None = None
        self._wanted = asyncio.Event()
        self._wanted.set()
        self._letting_go: asyncio.Task[None] | None = None
        self._pulse = Pulse()
        self._task = asyncio.create_task(self._run())
        self._watch = asyncio.create_task(self._feel_pulse())

    @property
    def waiting(self) -> int:
        """How many letters the broker sent ahead that nobody has in hand yet."""
        return len(self._session.waiting) if self._session is not None else 0

    async def pause(self) -> None:
        """Take no new deliveries; when those in hand are done, what was sent ahead goes back to the queue."""
        self._wanted.clear()
        if self._letting_go is None:
            self._letting_go = asyncio.create_task(self._let_go())

    async def resume(self) -> None:
        """Take deliveries again."""
        if self._letting_go is not None:
            self._letting_go.cancel()
            self._letting_go = None
        self._wanted.set()
        self._dispatch()

    async def stop(self, grace: float) -> None:
        """Take no new deliveries, wait up to `grace` seconds for those in hand, and leave the rest to others."""
        self._wanted.clear()
        session = self._session
        if session is not None:
            # So that the broker sends no more ahead while those in hand end.
            with suppress(*FAILURES):
                await session.channel.basic_cancel(session.consumer_tag, timeout=_CLOSE_SECONDS)
        await self._hands.empty(grace)
        await self._hands.drop()
        for task in (self._letting_go, self._watch, self._task):
            if task is not None:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
        if session is not None:
            await self._close(session)
        self._session = None

    async def _run(self) -> None:
        # A cancellation that comes while something is being closed is heard nowhere else.
        while not is_cancelled():
            await self._wanted.wait()
            connection = await self._link.connected()
            try:
                session = await self._open(connection)
                await session.ended.wait()
                self._lose()
                await self._close(session)
            except asyncio.CancelledError:
                if is_cancelled():
                    raise
            except FAILURES as error:
                _log.warning("could not consume", queue=self._queue, reason=str(error))
            self._lose()
            await asyncio.sleep(_PAUSE_SECONDS if self._wanted.is_set() else 0)

    def _lose(self) -> None:
        """Hand out nothing more of this session; others may have what is in hand."""
        self._session = None
        self._hands.lose()

    async def _feel_pulse(self) -> None:
        while True:
            await asyncio.sleep(_PULSE_SECONDS)
            self._was_away()

    def _was_away(self) -> bool:
        """Whether this process was kept from running so long that the broker may have given it up.

        Then what has come, and what is still in the buffers of the connection, may have gone to others: the session
        ends, and the broker flags what it gives out anew.
        """
        if not self._pulse.missed(_AWAY_SECONDS):
            return False
        if (session := self._session) is not None:
            _log.warning("this process was kept from running, consuming anew", queue=self._queue)
            self._lose()
            session.ended.set()
        return True

    async def _open(self, connection: AbstractConnection) -> _Session:
        async with asyncio.timeout(_CLOSE_SECONDS):
            session = _Session(await connection.channel(publisher_confirms=False), self._link.since)
        try:
            async with asyncio.timeout(_CLOSE_SECONDS):
                await self._consume(session)
        except BaseException:
            await self._close(session)
            raise
        return session

    async def _consume(self, session: _Session) -> None:
        channel = session.channel
        asyncio.ensure_future(channel.closing).add_done_callback(lambda _: session.ended.set())
        # The queue was removed, or its leader is away.
        channel.on_consumer_cancel_callbacks.add(lambda _: session.ended.set())
        await declare_queues(channel, QUEUES)
        await channel.basic_qos(prefetch_count=messages_ahead(self._prefetch))
        # Before the first delivery, which may come before the reply.
        self._session = session
        consumed = await channel.basic_consume(self._queue, partial(self._received, session))
        session.consumer_tag = str(consumed.consumer_tag)

    async def _received(self, session: _Session, message: DeliveredMessage) -> None:
        tag = message.delivery_tag
        if self._was_away() or session is not self._session or tag is None:
            return
        parcel = self._unpack(message.body)
        self._sizes.seen(self._queue, len(parcel.letters))
        # A broker that was restarted does not flag everything, so what is older than the connection counts too.
        repeated = bool(getattr(message.delivery, "redelivered", False)) or parcel.published_at < session.since
        opened = _Opened(tag, len(parcel.letters))
        session.waiting.extend((letter, repeated, opened) for letter in parcel.letters)
        self._dispatch()

    def _unpack(self, octets: bytes) -> Parcel:
        try:
            return unpack(octets)
        except Malformed as error:
            # Handed on as it is: whoever handles it puts aside what it cannot read, and nothing is lost.
            name = hashlib.blake2b(octets, digest_size=16).hexdigest()
            _log.error("a queue message of unknown form", queue=self._queue, id=name, reason=str(error))
            return Parcel(0, 0.0, [Letter(name, 1, octets)])

    def _dispatch(self) -> None:
        session = self._session
        if session is None:
            return
        while session.waiting and self._hands.have_room and self._wanted.is_set():
            letter, repeated, opened = session.waiting.popleft()
            self._hands.take(letter, repeated=repeated, settle=partial(self._settle, session, opened))

    async def _settle(self, session: _Session, opened: _Opened) -> None:
        opened.undone -= 1
        if opened.undone == 0:
            session.acknowledgements.add(opened.tag)
            if session.sending is None or session.sending.done():
                session.sending = asyncio.create_task(self._acknowledge(session))

    async def _acknowledge(self, session: _Session) -> None:
        # A closed channel: they come again, flagged as repeated.
        with suppress(*FAILURES):
            while acknowledgements := session.acknowledgements.take():
                for tag, multiple in acknowledgements:
                    await session.channel.basic_ack(tag, multiple=multiple, wait=False)

    async def _let_go(self) -> None:
        await self._hands.empty()
        if self._session is not None:
            await self._close(self._session)

    async def _close(self, session: _Session) -> None:
        """Acknowledge what is done, and close the channel: the broker gives the rest to others."""
        if session.sending is not None:
            await asyncio.gather(session.sending, return_exceptions=True)
        with suppress(*FAILURES, asyncio.CancelledError):
            async with asyncio.timeout(_CLOSE_SECONDS):
                await session.channel.close()
        if is_cancelled():
            raise asyncio.CancelledError
