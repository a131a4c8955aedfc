"""Lets all who want the same thing at the same time wait for one piece of work. Used by `resolver`."""

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Result = TypeVar("Result")


@dataclass(slots=True)
class _Work(Generic[Result]):
    task: asyncio.Task[Result]
    waiting: int = 0


class SharedWork(Generic[Key, Result]):
    """Work under way, by key. It is given up when nobody waits for it any more: clients that vanish leave nothing."""

    def __init__(self) -> None:
        self._under_way: dict[Key, _Work[Result]] = {}

    def __len__(self) -> int:
        return len(self._under_way)

    async def join(self, key: Key, begin: Callable[[], Coroutine[None, None, Result]]) -> Result:
        """Wait for the work of `key`, begun by the first who asks. Raises what it raises."""
        work = self._under_way.get(key)
        if work is None:
            work = self._under_way[key] = _Work(asyncio.create_task(begin(), name=f"shared:{key}"))
            work.task.add_done_callback(lambda _: self._forget(key, work))
        work.waiting += 1
        try:
            return await asyncio.shield(work.task)
        finally:
            work.waiting -= 1
            if not work.waiting and not work.task.done():
                # Forgotten at once: whoever asks from now on must not wait for what is being cancelled.
                self._forget(key, work)
                work.task.cancel()

    def _forget(self, key: Key, work: "_Work[Result]") -> None:
        if self._under_way.get(key) is work:
            del self._under_way[key]
