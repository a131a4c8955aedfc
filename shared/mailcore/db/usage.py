"""How full mailboxes with a quota are: written by processors after what they store, read by sessions at RCPT.

A row is believed for two minutes. What its owner deletes is not seen in it, so an older one says nothing: then a
message is taken, and the processor looks into the mailbox and writes a new row.
"""

from collections.abc import Mapping

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from mailcore.db.database import Database
from mailcore.directory.usage import Usage

TRUSTED_SECONDS = 120.0
"""For how long a row is believed."""

# Built once: SQLAlchemy then finds the compiled form by identity.
_READ = text("SELECT bytes, messages FROM mailbox_usage WHERE mailbox = :mailbox AND at >= :since")
_WRITE = text(
    "INSERT INTO mailbox_usage (mailbox, bytes, messages, at) VALUES (:mailbox, :bytes, :messages, :at)"
    " ON CONFLICT (mailbox) DO UPDATE SET bytes = excluded.bytes, messages = excluded.messages, at = excluded.at"
    " WHERE mailbox_usage.at <= excluded.at"
)


async def write_usages(connection: AsyncConnection, seen: Mapping[str, tuple[Usage, float]]) -> None:
    """Write how full mailboxes were when they were looked at, unless somebody has looked later.

    `seen`: by mailbox, what it held and when that was, in seconds since the epoch. In one order, so that two who
    write the same rows wait for each other instead of for ever.
    """
    rows = [
        {"mailbox": mailbox, "bytes": usage.octets, "messages": usage.messages, "at": at}
        for mailbox, (usage, at) in sorted(seen.items())
    ]
    if rows:
        await connection.execute(_WRITE, rows)


class KnownUsage:
    """Reads the rows that are still believed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, mailbox: str, now: float) -> Usage | None:
        """Give what `mailbox` held within the last two minutes of `now`; None: not known. Raises DatabaseAway."""
        async with self._database.read() as connection:
            values = {"mailbox": mailbox, "since": now - TRUSTED_SECONDS}
            row = (await connection.execute(_READ, values)).one_or_none()
        return None if row is None else Usage(row.bytes, row.messages)
