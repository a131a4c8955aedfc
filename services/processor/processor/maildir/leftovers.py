"""What deliveries that were killed left in `tmp`: removed after 36 hours, as the Maildir format has it."""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

LEFTOVER_AFTER = 36 * 3600.0
"""Seconds after which nobody can still be writing a file in `tmp`."""
_REMEMBERED = 10_000


class Leftovers:
    """Looks into each `tmp` at its first delivery, and again when 36 hours have passed."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._looked_at: dict[Path, float] = {}

    def clean(self, tmp: Path) -> None:
        """Remove old files from `tmp` unless that was done lately; raises OSError."""
        now = self._clock()
        if now - self._looked_at.get(tmp, float("-inf")) < LEFTOVER_AFTER:
            return
        if len(self._looked_at) >= _REMEMBERED:
            self._looked_at.clear()
        self._looked_at[tmp] = now
        with os.scandir(tmp) as entries:
            for entry in entries:
                with suppress(FileNotFoundError):
                    if entry.stat(follow_symlinks=False).st_mtime < now - LEFTOVER_AFTER:
                        Path(entry).unlink()
