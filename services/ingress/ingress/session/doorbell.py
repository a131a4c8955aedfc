"""What a session's task sleeps on between two arrivals of octets."""

import asyncio
from collections.abc import Callable, Generator
from contextvars import Context


class Doorbell:
    """A future, as far as a task can tell, that can be waited for again and again, and runs the task when it rings.

    An ordinary future has the event loop run the task in its next turn, which asks the kernel for news in between; that
    costs as much as all else a command needs.
    """

    __slots__ = ("_asyncio_future_blocking", "_callback", "_context", "_is_cancelled", "_loop")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._callback: Callable[[Doorbell], object] | None = None
        self._context: Context | None = None
        self._is_cancelled = False
        self._asyncio_future_blocking = False

    @property
    def is_awaited(self) -> bool:
        """Whether a task sleeps on it."""
        return self._callback is not None

    def ring(self) -> None:
        """Run the task that sleeps on it, if one does: at once, or next when another task runs now."""
        callback, context = self._callback, self._context
        if callback is None or context is None:
            return
        self._callback = self._context = None
        if asyncio.current_task(self._loop) is None:
            context.run(callback, self)
        else:
            self._loop.call_soon(callback, self, context=context)

    def __await__(self) -> Generator["Doorbell", None, None]:
        self._asyncio_future_blocking = True
        yield self

    # What asyncio.Task asks of a future

    def get_loop(self) -> asyncio.AbstractEventLoop:
        """Give the loop it belongs to."""
        return self._loop

    def add_done_callback(self, callback: Callable[["Doorbell"], object], *, context: Context) -> None:
        """Remember the task that goes to sleep."""
        self._callback, self._context = callback, context

    def cancel(self, msg: object = None) -> bool:  # noqa: ARG002 - as futures have it
        """Wake the task with CancelledError."""
        self._is_cancelled = True
        callback, context = self._callback, self._context
        self._callback = self._context = None
        if callback is not None:
            self._loop.call_soon(callback, self, context=context)
        return True

    def result(self) -> None:
        """Let the woken task go on, or raise CancelledError."""
        if self._is_cancelled:
            self._is_cancelled = False
            raise asyncio.CancelledError
