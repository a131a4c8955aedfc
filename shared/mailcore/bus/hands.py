"""What one consumer has in hand, whatever bus it takes from: how many, whose handler runs, what was left undone."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import structlog

from mailcore.bus.interface import Delivery, Handler
from mailcore.bus.letter import Letter

_log = structlog.get_logger(__name__)

Settle = Callable[[], Awaitable[None]]
"""Tells the bus that a delivery is done with."""

SURE_SECONDS = 5.0
"""How long a delivery is surely in no other hands: a broker gives up a consumer that is silent for 20 s, and one that
was stopped from running does not know how long it was silent."""


class _Held:
    """One delivery in hand."""

    __slots__ = ("lost", "settled", "task")

    def __init__(self) -> None:
        self.task: asyncio.Task[None] | None = None
        self.settled = False
        self.lost = False


class Hands:
    """At most `prefetch` deliveries at once, each handled in a task of its own; `freed` is called after each."""

    def __init__(
        self,
        handler: Handler,
        prefetch: int,
        freed: Callable[[], None],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self._handler = handler
        self._prefetch = prefetch
        self._freed = freed
        self._held: set[_Held] = set()
        self._empty = asyncio.Event()
        self._empty.set()

    def __len__(self) -> int:
        return len(self._held)

    @property
    def have_room(self) -> bool:
        """Whether one more may be taken."""
        return len(self._held) < self._prefetch

    def take(self, letter: Letter, *, repeated: bool, settle: Settle) -> None:
        """Give `letter` to the handler. `settle` is called once, when it says that it is done."""
        held = _Held()
        taken = self._clock()

        def may_be_elsewhere() -> bool:
            return held.lost or self._clock() - taken > SURE_SECONDS

        async def done() -> None:
            if held.settled:
                return
            held.settled = True
            await settle()
            self._release(held)

        self._held.add(held)
        self._empty.clear()
        repeated = repeated or letter.attempt > 1
        delivery = Delivery(letter.id, letter.body, letter.attempt, repeated, done, may_be_elsewhere)
        held.task = asyncio.get_running_loop().create_task(self._handle(delivery))
        held.task.add_done_callback(lambda _: self._ended(held))

    def lose(self) -> None:
        """Count what is in hand only as long as its handler runs: the bus gives it to somebody again."""
        for held in list(self._held):
            held.lost = True
            if held.task is None or held.task.done():
                self._release(held)

    async def empty(self, grace: float | None = None) -> bool:
        """Wait until nothing is in hand, at most `grace` seconds; say whether that is so."""
        try:
            async with asyncio.timeout(grace):
                await self._empty.wait()
        except TimeoutError:
            return False
        return True

    async def drop(self) -> None:
        """Cancel the handlers that still run and let go of everything."""
        tasks = [held.task for held in self._held if held.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self.lose()

    async def _handle(self, delivery: Delivery) -> None:
        try:
            await self._handler(delivery)
        except Exception:  # noqa: BLE001 - a handler must not raise, and one that does must not end the consumer
            _log.exception("a consumer's handler failed", id=delivery.id)

    def _ended(self, held: _Held) -> None:
        if held.lost:
            self._release(held)

    def _release(self, held: _Held) -> None:
        if held in self._held:
            self._held.discard(held)
            if not self._held:
                self._empty.set()
            self._freed()
