"""Collects how full mailboxes were found and writes it down now and then, for sessions to read.

Many deliveries to one mailbox make one row. What is lost in a crash, or while the database is away for long, is found
again by the next delivery.
"""

from collections.abc import Callable

from mailcore.db.database import Database
from mailcore.db.usage import write_usages
from mailcore.directory.usage import Usage

WRITE_SECONDS = 1.0
_MOST = 10_000
"""Mailboxes that are remembered until they can be written down."""


class UsageBook:
    """Knows what is to be written."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._database = database
        self._clock = clock
        self._seen: dict[str, tuple[Usage, float]] = {}

    def note(self, mailbox: str, usage: Usage) -> None:
        """Note what `mailbox` holds now."""
        if mailbox in self._seen or len(self._seen) < _MOST:
            self._seen[mailbox] = (usage, self._clock())

    async def write(self) -> None:
        """Write down what was noted since the last time. Raises DatabaseAway; then it is kept."""
        seen, self._seen = self._seen, {}
        if not seen:
            return
        try:
            async with self._database.transaction() as connection:
                await write_usages(connection, seen)
        except BaseException:
            # Also when it is cut short; what was noted meanwhile is newer.
            self._seen = seen | self._seen
            raise
