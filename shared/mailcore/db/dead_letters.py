"""Messages that were given up on: kept until an operator replays or discards them.

A letter keeps the message as it is on the bus and, as holder `dead:<id>`, its content. A replay publishes first and
removes afterwards, and only the letter it has seen: when the message dies again in between, its letter is newer and
stays. Times are seconds since the epoch.
"""

from collections.abc import Sequence
from contextlib import suppress

import msgspec
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from mailcore.bus.interface import Bus
from mailcore.bus.topology import INCOMING
from mailcore.db import content_refs
from mailcore.db.database import Database
from mailcore.db.jobs import storable
from mailcore.errors import ContentAway, Malformed
from mailcore.mail import incoming
from mailcore.mail.content import StoredContent

_PUT = text(
    "INSERT INTO dead_letter (id, queue, message_id, body, attempt, reason, at)"
    " VALUES (:id, :queue, :message_id, :body, :attempt, :reason, :at)"
    " ON CONFLICT (id) DO UPDATE SET queue = excluded.queue, message_id = excluded.message_id, body = excluded.body,"
    " attempt = excluded.attempt, reason = excluded.reason, at = excluded.at"
)
_COLUMNS = "id, queue, message_id, body, attempt, reason, at"
_GET = text(f"SELECT {_COLUMNS} FROM dead_letter WHERE id = :id")  # noqa: S608 - no value in it
_PAGE = text(
    f"SELECT {_COLUMNS} FROM dead_letter"  # noqa: S608 - no value in it
    " WHERE at < :at OR (at = :at AND id < :id) ORDER BY at DESC, id DESC LIMIT :limit"
)
_DELETE = text("DELETE FROM dead_letter WHERE id = :id AND at = :at")


class DeadLetter(msgspec.Struct, frozen=True):
    """A message that was given up on."""

    id: str
    """The id it had on its queue, or one derived for a single recipient of it."""
    queue: str
    """Where a replay publishes it."""
    message_id: str | None
    """None when the body is no message."""
    body: bytes
    attempt: int
    """How often it was tried."""
    reason: str
    at: float

    def content(self) -> StoredContent | None:
        """Give the content in the content store that the message refers to."""
        if self.queue != INCOMING:
            return None
        try:
            content = incoming.decode(self.body).content
        except Malformed:
            return None
        return content if isinstance(content, StoredContent) else None


async def put(conn: AsyncConnection, letter: DeadLetter) -> None:
    """Keep `letter` and its content, instead of one of the same id that is there."""
    values = msgspec.structs.asdict(letter)
    await conn.execute(_PUT, {**values, "reason": storable(letter.reason)})
    if content := letter.content():
        # Content that has been removed is no reason to lose the rest: envelope, client and header may tell enough.
        with suppress(ContentAway):
            await content_refs.add(conn, content.key, content_refs.dead_holder(letter.id), letter.at)


async def get(conn: AsyncConnection, letter_id: str) -> DeadLetter | None:
    """Give one letter."""
    row = (await conn.execute(_GET, {"id": letter_id})).first()
    return DeadLetter(*row) if row else None


async def page(conn: AsyncConnection, *, limit: int, after: tuple[float, str] | None = None) -> Sequence[DeadLetter]:
    """Give at most `limit` letters, the latest first, from behind the one with time and id `after`."""
    at, letter_id = after or (float("inf"), "")
    rows = await conn.execute(_PAGE, {"at": at, "id": letter_id, "limit": limit})
    return [DeadLetter(*row) for row in rows]


async def replay(database: Database, bus: Bus, letter_id: str, now: float) -> bool:
    """Send the letter back to its queue under its message's id, as if it had never been tried; False when unknown.

    Raises BusAway or DatabaseAway; the letter is then still there, and the message may be processed all the same.
    """
    async with database.read() as conn:
        letter = await get(conn, letter_id)
    if letter is None:
        return False
    content = letter.content()
    if content and letter.message_id:
        async with database.transaction() as conn:
            await content_refs.add(conn, content.key, f"incoming:{letter.message_id}", now)
    await bus.publish(letter.queue, letter.body, id=letter.message_id or letter.id)
    await _remove(database, letter, now)
    return True


async def discard(database: Database, letter_id: str, now: float) -> bool:
    """Remove the letter for good; False when unknown."""
    async with database.read() as conn:
        letter = await get(conn, letter_id)
    return letter is not None and await _remove(database, letter, now)


async def _remove(database: Database, letter: DeadLetter, now: float) -> bool:
    async with database.transaction() as conn:
        removed = (await conn.execute(_DELETE, {"id": letter.id, "at": letter.at})).rowcount > 0
        if removed and (content := letter.content()):
            await content_refs.drop(conn, content.key, content_refs.dead_holder(letter.id), now)
    return removed
