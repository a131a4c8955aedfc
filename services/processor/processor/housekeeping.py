"""Chores that repeat: each runs at once and then at its interval, and what one run meets never stops the next."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from mailcore.errors import Transient

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Chore:
    """Something to be done every `seconds`."""

    name: str
    seconds: float
    run: Callable[[], Awaitable[None]]


class Housekeeping:
    """Runs chores until it is stopped."""

    def __init__(self, chores: tuple[Chore, ...]) -> None:
        self._chores = chores
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin."""
        self._tasks = [asyncio.create_task(_repeat(chore)) for chore in self._chores]

    async def stop(self) -> None:
        """End; a chore under way is cut short, which is harmless."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def _repeat(chore: Chore) -> None:
    task = asyncio.current_task()
    # What was cancelled may have raised an error of its own instead; then the cancellation is heard nowhere else.
    while task is not None and not task.cancelling():
        try:
            await chore.run()
        except Transient as error:
            log.debug("put off", chore=chore.name, reason=str(error))
        except Exception:
            # A boundary: a chore that failed is tried again at its next time.
            log.exception("a chore failed", chore=chore.name)
        await asyncio.sleep(chore.seconds)
