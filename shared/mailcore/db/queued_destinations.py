"""Where mail for other servers waits: how much for each destination, since when, and which of them rest.

Called by `job_list`.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

from mailcore.db.paging import MOST_NUMBER, bad_cursor, number_cursor
from mailcore.directory.stored import Entity

_PAGE = text(
    "WITH waiting AS ("
    " SELECT destination, count(*) AS jobs, min(created_at) AS since,"
    " sum(CASE WHEN state = 'leased' THEN 1 ELSE 0 END) AS in_flight,"
    " sum(CASE WHEN state = 'held' THEN 1 ELSE 0 END) AS held"
    " FROM delivery_job WHERE kind = 'outbound' GROUP BY destination"
    ")"
    " SELECT waiting.destination, jobs, in_flight, held, since, known.not_before, known.last_error"
    " FROM waiting LEFT JOIN destination AS known ON known.name = waiting.destination"
    " WHERE jobs < :jobs OR (jobs = :jobs AND waiting.destination > :after)"
    " ORDER BY jobs DESC, waiting.destination LIMIT :limit"
)


class QueuedDestination(Entity):
    """A domain that mail waits for."""

    destination: str
    """The domain, in A-labels, or an address literal."""
    jobs: int
    """How many jobs there are for it."""
    in_flight: int
    """How many of them are being tried now."""
    held: int
    """How many of them wait for an operator."""
    oldest_at: datetime
    """Since when the oldest waits."""
    rests_until: datetime | None
    """Until when nobody tries, since none of its servers could be used. null: it does not rest."""
    last_error: str | None
    """Why it rests, or rested last. null: nothing is known against it."""


async def page(conn: AsyncConnection, cursor: str | None, limit: int, now: float) -> Sequence[QueuedDestination]:
    """Give at most `limit` destinations, those with the most jobs first, from behind `cursor`.

    Raises Invalid for a cursor that no page gave.
    """
    jobs, after = (MOST_NUMBER, "") if cursor is None else _read_cursor(cursor)
    rows = await conn.execute(_PAGE, {"jobs": jobs, "after": after, "limit": limit})
    return [_shown(row, now) for row in rows.mappings()]


def cursor_of(destination: QueuedDestination) -> str:
    """Give the cursor that leads behind a destination."""
    return f"{destination.jobs} {destination.destination}"


def _read_cursor(cursor: str) -> tuple[int, str]:
    jobs, space, destination = cursor.partition(" ")
    if not space or "\0" in destination:
        raise bad_cursor()
    return number_cursor(jobs), destination


def _shown(row: RowMapping, now: float) -> QueuedDestination:
    not_before = row["not_before"] or 0.0
    return QueuedDestination(
        destination=row["destination"],
        jobs=row["jobs"],
        in_flight=row["in_flight"],
        held=row["held"],
        oldest_at=datetime.fromtimestamp(row["since"], UTC),
        rests_until=datetime.fromtimestamp(not_before, UTC) if not_before > now else None,
        last_error=row["last_error"] or None,
    )
