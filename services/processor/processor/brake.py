"""What several reasons may pause: it goes on when none of them is left."""

from typing import Protocol


class Pausable(Protocol):
    """Something that takes work."""

    async def pause(self) -> None:
        """Take nothing new. May raise a Transient error; pausing twice is pausing once."""

    async def resume(self) -> None:
        """Take work again. As `pause`."""


class Brake:
    """Holds one taker of work for as long as any reason does."""

    def __init__(self, taker: Pausable) -> None:
        self._taker = taker
        self._held_by: set[Reason] = set()

    def reason(self) -> Pausable:
        """Give one more by which it can be paused."""
        return Reason(self._taker, self._held_by)


class Reason:
    """One of the reasons to pause a taker of work."""

    def __init__(self, taker: Pausable, held_by: "set[Reason]") -> None:
        self._taker = taker
        self._held_by = held_by

    async def pause(self) -> None:
        """Pause, from this reason."""
        self._held_by.add(self)
        await self._taker.pause()

    async def resume(self) -> None:
        """Go on, as far as this reason is concerned."""
        self._held_by.discard(self)
        if not self._held_by:
            await self._taker.resume()
