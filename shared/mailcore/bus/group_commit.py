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

Send = Callable[[Sequence[Letter]], Coroutine[None, None, None]]
"""Returns when all of them are durable; raises BusAway otherwise."""

_Waiting = tuple[Letter, "asyncio.Future[None]"]


class GroupCommit:
    """Collects letters for one queue and sends them in batches, at most `in_flight` at once."""

    def __init__(self, send: Send, *, in_flight: int, most_letters: int = MOST_LETTERS) -> None:
        self._send = send
        self._in_flight = in_flight
        self._most_letters = most_letters
        self._waiting: deque[_Waiting] = deque()
        self._sending: dict[asyncio.Task[None], list[_Waiting]] = {}
        self._scheduled = False

    async def publish(self, letter: Letter) -> None:
        """Return when `letter` is durable; raise BusAway otherwise.

        A cancelled caller leaves the others alone. Its own letter is dropped when it was not on its way yet.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()
        self._waiting.append((letter, future))
        if not self._scheduled:
            # Not at once: what other sessions finish in this turn of the loop goes along.
            self._scheduled = True
            loop.call_soon(self._pump)
        await future

    def fail(self, reason: str) -> None:
        """Raise BusAway in every publish that waits, on its way or not."""
        for batch in (self._waiting, *self._sending.values()):
            for _, future in batch:
                if not future.done():
                    future.set_exception(BusAway(reason))
        self._waiting.clear()

    async def drain(self) -> None:
        """Return when nothing waits and nothing is on its way."""
        while self._waiting or self._sending:
            self._pump()
            if self._sending:
                await asyncio.wait(self._sending)

    def _pump(self) -> None:
        self._scheduled = False
        while self._waiting and len(self._sending) < self._in_flight:
            if batch := self._cut():
                task = asyncio.get_running_loop().create_task(self._send([letter for letter, _ in batch]))
                self._sending[task] = batch
                task.add_done_callback(self._sent)

    def _cut(self) -> list[_Waiting]:
        """Take the next batch off the waiting ones: at least one, then as many as the limits allow."""
        batch: list[_Waiting] = []
        octets = 0
        while self._waiting and len(batch) < self._most_letters:
            letter, future = self._waiting[0]
            octets += len(letter.body)
            if batch and octets > MOST_OCTETS:
                break
            self._waiting.popleft()
            if future.done():
                octets -= len(letter.body)
            else:
                batch.append((letter, future))
        return batch

    def _sent(self, task: asyncio.Task[None]) -> None:
        batch = self._sending.pop(task)
        error = BusAway("the bus was closed") if task.cancelled() else task.exception()
        for _, future in batch:
            if future.done():
                continue
            if error is None:
                future.set_result(None)
            else:
                # Each its own: an exception that several tasks raise gathers the traceback of all of them.
                future.set_exception(BusAway(str(error)) if isinstance(error, BusAway) else error)
        self._pump()
