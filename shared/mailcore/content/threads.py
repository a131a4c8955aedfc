"""Blocking file operations off the event loop, in a bounded number of threads."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class FileThreads:
    """A pool of threads; an OSError in one comes out as what `fault` makes of it."""

    def __init__(self, count: int, name: str, fault: Callable[[OSError], Exception]) -> None:
        self._pool = ThreadPoolExecutor(count, thread_name_prefix=name)
        self._fault = fault

    async def run(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Give what `call` gives. A caller that is cancelled leaves it running."""
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._pool, lambda: call(*args, **kwargs))
        except OSError as error:
            raise self._fault(error) from error

    async def acquire(self, acquire: Callable[[], T], release: Callable[[T], object]) -> T:
        """Give what `acquire` gives; when the caller is cancelled meanwhile, `release` it once it is there."""
        future = asyncio.get_running_loop().run_in_executor(self._pool, acquire)
        try:
            return await asyncio.shield(future)
        except asyncio.CancelledError:
            future.add_done_callback(lambda late: None if late.exception() else release(late.result()))
            raise
        except OSError as error:
            raise self._fault(error) from error

    def close(self) -> None:
        """Let the threads end with what they have in hand."""
        self._pool.shutdown(wait=False)
