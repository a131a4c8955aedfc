"""Empties the server's trash: what an operator removed or released, and what has lain there long enough.

A chore of replicas that have the mailboxes. The file goes first and the row last, so that nothing is forgotten halfway.
"""

from collections.abc import Callable
from uuid import UUID

from mailcore.db import trash
from mailcore.db.database import Database
from mailcore.settings import RuntimeSettings
from maildecide.message.sharing import SERVER_TRASH
from processor.mail_stores import MailStores

SWEEP_SECONDS = 5.0
_DAY = 86400.0
_AT_ONCE = 200


class TrashSweep:
    """Removes what is to be removed."""

    def __init__(
        self,
        database: Database,
        stores: MailStores,
        settings: Callable[[], RuntimeSettings],
        clock: Callable[[], float],
    ) -> None:
        self._database = database
        self._stores = stores
        self._settings = settings
        self._clock = clock

    async def run(self) -> None:
        """Remove all there is to remove. Raises DatabaseAway and MailboxAway."""
        older_than = self._clock() - self._settings().trash.retention_days * _DAY
        while True:
            async with self._database.read() as connection:
                entries = await trash.emptied(connection, older_than=older_than, limit=_AT_ONCE)
            for entry in entries:
                await self._stores.remove(UUID(entry.message_id), SERVER_TRASH)
                async with self._database.transaction() as connection:
                    await trash.remove(connection, entry, self._clock())
            if len(entries) < _AT_ONCE:
                return
