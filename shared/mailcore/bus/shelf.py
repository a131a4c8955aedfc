"""One queue of the embedded bus in memory: the next letters to hand out, and who takes them.

Used by `embedded`. However long the queue is, only its head is in memory; the rest is read as it is needed.
"""

import asyncio
from collections import deque
from functools import partial

import structlog

from mailcore.bus.hands import Hands
from mailcore.bus.interface import Handler
from mailcore.bus.journal import Journal, Stored
from mailcore.errors import BusAway

_log = structlog.get_logger(__name__)

_MOST_LETTERS = 256
_MOST_OCTETS = 4 * 1024 * 1024
_RETRY_SECONDS = 1.0


class Shelf:
    """The letters of one queue, in the order of publishing."""

    def __init__(self, journal: Journal, queue: str, count: int, opened_at: int) -> None:
        self._journal = journal
        self._queue = queue
        self._opened_at = opened_at
        """The highest number there was when the bus was opened: an earlier process may have had those in hand."""
        self._head: deque[Stored] = deque()
        self._head_octets = 0
        self._last = 0
        """Number of the last letter that was put into `_head`."""
        self._more = count > 0
        """Whether there may be letters behind `_last` in the file."""
        self._reading: asyncio.Task[None] | None = None
        self._given_back: set[int] = set()
        self._takers: deque[Taker] = deque()
        self._count = count

    @property
    def waiting(self) -> int:
        """How many letters nobody has in hand."""
        return self._count - sum(taker.in_hand for taker in self._takers)

    def published(self, stored: Stored) -> None:
        """Note a letter that has just become durable."""
        self._count += 1
        full = len(self._head) >= _MOST_LETTERS or self._head_octets >= _MOST_OCTETS
        if full or self._more or self._reading is not None or not self._takers:
            self._more = True
        else:
            self._append(stored)
        self.hand_out()

    def add(self, taker: "Taker") -> None:
        """Hand letters to `taker` too."""
        self._takers.append(taker)
        self.hand_out()

    def remove(self, taker: "Taker") -> None:
        """Hand nothing to `taker` any more; what it left undone goes to others, as repeated."""
        if taker in self._takers:
            self._takers.remove(taker)
            self._given_back.update(stored.number for stored in taker.undone.values())
            self._head = deque(sorted([*taker.undone.values(), *self._head], key=lambda stored: stored.number))
            self._head_octets = sum(len(stored.letter.body) for stored in self._head)
            self.hand_out()

    def hand_out(self) -> None:
        """Give letters to those who have room, in turn."""
        idle = 0
        while self._head and idle < len(self._takers):
            taker = self._takers[0]
            self._takers.rotate(-1)
            if not taker.has_room:
                idle += 1
                continue
            idle = 0
            stored = self._head.popleft()
            self._head_octets -= len(stored.letter.body)
            taker.take(stored, repeated=stored.number <= self._opened_at or stored.number in self._given_back)
        hungry = len(self._head) < _MOST_LETTERS // 2 and self._head_octets < _MOST_OCTETS // 2
        if self._more and hungry and self._takers and self._reading is None:
            self._reading = asyncio.create_task(self._read())

    async def settle(self, number: int) -> None:
        """Remove a letter for good; return when that is durable, or when the bus is closed."""
        while not self._journal.closed:
            try:
                await self._journal.delete(number, partial(self._deleted, number))
            except BusAway as error:
                _log.warning("a letter that is done could not be removed yet", queue=self._queue, reason=str(error))
                await asyncio.sleep(_RETRY_SECONDS)
            else:
                return

    async def close(self) -> None:
        """Read no more."""
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)

    def _append(self, stored: Stored) -> None:
        self._head.append(stored)
        self._head_octets += len(stored.letter.body)
        self._last = stored.number

    def _deleted(self, number: int, existed: bool) -> None:
        self._given_back.discard(number)
        if existed:
            self._count -= 1

    async def _read(self) -> None:
        # What is published from here on sets it again.
        self._more = False
        try:
            found = await self._journal.read(self._queue, self._last, _MOST_LETTERS, _MOST_OCTETS)
        except BusAway as error:
            _log.warning("the queue could not be read", queue=self._queue, reason=str(error))
            await asyncio.sleep(_RETRY_SECONDS)
            self._more = True
        else:
            for stored in found:
                self._append(stored)
            self._more = self._more or len(found) > 0
        self._reading = None
        self.hand_out()


class Taker:
    """A running consumer of one shelf."""

    def __init__(self, shelf: Shelf, handler: Handler, prefetch: int) -> None:
        self._shelf = shelf
        self._hands = Hands(handler, prefetch, shelf.hand_out)
        self._taking = True
        self.undone: dict[int, Stored] = {}
        """What it has in hand and has not said to be done."""

    @property
    def has_room(self) -> bool:
        """Whether it takes one more now."""
        return self._taking and self._hands.have_room

    @property
    def in_hand(self) -> int:
        """How many deliveries it has in hand."""
        return len(self._hands)

    def take(self, stored: Stored, *, repeated: bool) -> None:
        """Handle `stored`."""
        self.undone[stored.number] = stored
        self._hands.take(stored.letter, repeated=repeated, settle=partial(self._settle, stored.number))

    async def pause(self) -> None:
        """Take no new deliveries until `resume`; those in hand go on."""
        self._taking = False

    async def resume(self) -> None:
        """Take deliveries again."""
        self._taking = True
        self._shelf.hand_out()

    async def stop(self, grace: float) -> None:
        """Take no new deliveries, wait up to `grace` seconds for those in hand, and leave the rest to others."""
        self._taking = False
        await self._hands.empty(grace)
        await self._hands.drop()
        self._shelf.remove(self)

    async def _settle(self, number: int) -> None:
        self.undone.pop(number, None)
        await self._shelf.settle(number)
