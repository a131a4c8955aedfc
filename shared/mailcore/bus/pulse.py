"""Notices that this process was kept from running: frozen, starved, or its machine asleep.

Used by `subscription`: whoever was away for a while does not know what others have been given meanwhile.
"""

import time
from collections.abc import Callable


class Pulse:
    """Remembers when it was felt last. `clock` gives seconds that also pass while the process does not run."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._felt_at = clock()

    def missed(self, seconds: float) -> bool:
        """Feel it, and say whether the last time was more than `seconds` ago."""
        now = self._clock()
        felt_at, self._felt_at = self._felt_at, now
        return now - felt_at > seconds
