"""The server's trash as rows: what lies in its Maildir, who it was from and for, and all that a release needs.

Written by processors in the transaction before the acknowledgement, shown and emptied over REST. What is emptied is
marked first: whoever has the mail directory then removes the file, and the row last (`TrashSweep`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import RowMapping, delete, or_, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from mailcore.db import content_refs
from mailcore.db.tables import trash

_EACH = [column for column in trash.c if column.name != "body"]


@dataclass(frozen=True, slots=True)
class TrashEntry:
    """One message in the server's trash."""

    id: str
    """Derived from the message, so that a repeat makes no second one."""
    message_id: str
    at: float
    """Since when it lies there, in seconds since the epoch."""
    reason: str
    client_ip: str
    sender: str
    """The envelope sender; empty for the null sender."""
    recipients: tuple[str, ...]
    """The envelope recipients that it did not reach."""
    size: int
    content: str | None
    """The key in the content store; None when the octets are in `body`."""
    body: bytes = field(default=b"", repr=False)
    """The message as the incoming queue takes it again; empty in a list."""


async def put(connection: AsyncConnection, entry: TrashEntry) -> None:
    """Keep an entry, and its content, unless it is there already."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    row = {name: getattr(entry, name) for name in entry.__slots__}
    await connection.execute(insert(trash).values(row).on_conflict_do_nothing(index_elements=["id"]))
    if entry.content is not None:
        await content_refs.add(connection, entry.content, content_refs.trash_holder(entry.id), entry.at)


async def page(connection: AsyncConnection, *, before: tuple[float, str] | None, limit: int) -> Sequence[TrashEntry]:
    """Give what lies in the trash, the newest first, without bodies."""
    query = select(*_EACH).where(trash.c.emptied_at.is_(None)).order_by(trash.c.at.desc(), trash.c.id.desc())
    if before is not None:
        query = query.where(tuple_(trash.c.at, trash.c.id) < before)
    return [_entry(row) for row in (await connection.execute(query.limit(limit))).mappings()]


async def get(connection: AsyncConnection, entry_id: str) -> TrashEntry | None:
    """Give one entry with its body."""
    query = select(*_EACH, trash.c.body).where(trash.c.id == entry_id, trash.c.emptied_at.is_(None))
    row = (await connection.execute(query)).mappings().one_or_none()
    return None if row is None else _entry(row)


async def empty(connection: AsyncConnection, entry_id: str | None, now: float) -> int:
    """Mark one entry as emptied, or all of them; give how many there were."""
    query = update(trash).where(trash.c.emptied_at.is_(None)).values(emptied_at=now)
    if entry_id is not None:
        query = query.where(trash.c.id == entry_id)
    return (await connection.execute(query)).rowcount


async def emptied(connection: AsyncConnection, *, older_than: float, limit: int) -> Sequence[TrashEntry]:
    """Give entries that are to be removed: emptied, or in the trash since before `older_than`."""
    query = select(*_EACH).where(or_(trash.c.emptied_at.is_not(None), trash.c.at < older_than)).limit(limit)
    return [_entry(row) for row in (await connection.execute(query)).mappings()]


async def remove(connection: AsyncConnection, entry: TrashEntry, now: float) -> None:
    """Remove an entry whose file is gone, and let go of its content."""
    await connection.execute(delete(trash).where(trash.c.id == entry.id))
    if entry.content is not None:
        await content_refs.drop(connection, entry.content, content_refs.trash_holder(entry.id), now)


def _entry(row: RowMapping) -> TrashEntry:
    return TrashEntry(**{name: value for name, value in row.items() if name != "emptied_at"})
