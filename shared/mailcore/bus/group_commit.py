"""Group commit: what is published while a send is under way goes out together in the next one.

Used by `rabbitmq`; the embedded bus groups in its writer thread.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Sequence

from mailcore.bus.letter import Letter
from mailcore.errors import BusAway

MOST_LETTERS = 32
MOST_OCTETS = 256 * 1024
CONFIRM_SECONDS = 10.0
"""How long a publish may take in all."""

Send = Callable[[Sequence[Letter]], Coroutine[None, None, None]]
"""Returns when all of them are durable; raises BusAway otherwise."""

_Waiting = tuple[Letter, "asyncio.Future[None]", float]
"""A letter, whom to tell, and by when, on the loop's clock."""


class GroupCommit:
    """Collects letters for one queue and sends them in batches, at most `in_flight` at once.

    One timer for all letters: each would cost more than the rest of what is done with it here.
    """

    def __init__(
        self, send: Send, *, in_flight: int, most_letters: int = MOST_LETTERS, seconds: float = CONFIRM_SECONDS
    ) -> None:
        self._send = send
        self._seconds = seconds
        self._timer: asyncio.TimerHandle | None = None
        self._in_flight = in_flight
        self._most_letters = most_letters
        self._waiting: deque[_Waiting] = deque()
        self._sending: dict[asyncio.Task[None], list[_Waiting]] = {}
        self._scheduled = False

    async def publish(self, letter: Letter) -> None:
        """Return when `letter` is durable; raise BusAway otherwise, in time.

        A cancelled caller leaves the others alone. Its own letter is dropped when it was not on its way yet.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()
        due = loop.time() + self._seconds
        self._waiting.append((letter, future, due))
        if self._timer is None:
            self._timer = loop.call_at(due, self._look_whether_late)
        if not self._scheduled:
            # Not at once: what other sessions finish in this turn of the loop goes along.
            self._scheduled = True
            loop.call_soon(self._pump)
        await future

    def fail(self, reason: str) -> None:
        """Raise BusAway in every publish that waits, on its way or not."""
        for batch in (self._waiting, *self._sending.values()):
            for _, future, _ in batch:
                if not future.done():
                    future.set_exception(BusAway(reason))
        self._waiting.clear()

    async def drain(self) -> None:
        """Return when nothing waits and nothing is on its way."""
        while self._waiting or self._sending:
            self._pump()
            if self._sending:
                await asyncio.wait(self._sending)
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _pump(self) -> None:
        self._scheduled = False
        while self._waiting and len(self._sending) < self._in_flight:
            if batch := self._cut():
                task = asyncio.get_running_loop().create_task(self._send([letter for letter, _, _ in batch]))
                self._sending[task] = batch
                task.add_done_callback(self._sent)

    def _cut(self) -> list[_Waiting]:
        """Take the next batch off the waiting ones: at least one, then as many as the limits allow."""
        batch: list[_Waiting] = []
        octets = 0
        while self._waiting and len(batch) < self._most_letters:
            letter, future, _ = self._waiting[0]
            octets += len(letter.body)
            if batch and octets > MOST_OCTETS:
                break
            one = self._waiting.popleft()
            if future.done():
                octets -= len(letter.body)
            else:
                batch.append(one)
        return batch

    def _sent(self, task: asyncio.Task[None]) -> None:
        batch = self._sending.pop(task)
        error = BusAway("the bus was closed") if task.cancelled() else task.exception()
        for _, future, _ in batch:
            if future.done():
                continue
            if error is None:
                future.set_result(None)
            else:
                # Each its own: an exception that several tasks raise gathers the traceback of all of them.
                future.set_exception(BusAway(str(error)) if isinstance(error, BusAway) else error)
        self._pump()

    def _look_whether_late(self) -> None:
        """Give up what is due, and look again when the next is."""
        self._timer = None
        loop = asyncio.get_running_loop()
        now, next_due = loop.time(), None
        for batch in (*self._sending.values(), self._waiting):
            for _, future, due in batch:
                if future.done():
                    continue
                if due <= now:
                    future.set_exception(BusAway(f"not confirmed within {self._seconds:g} s"))
                else:
                    next_due = due if next_due is None else min(due, next_due)
        if next_due is not None:
            self._timer = loop.call_at(next_due, self._look_whether_late)
