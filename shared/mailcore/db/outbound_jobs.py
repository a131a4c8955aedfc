"""Which jobs towards other servers may run now, over all replicas together.

No more of them than the settings allow, overall and for one destination; none for a destination that rests. Claims
exclude each other, so that the limits hold however many replicas claim at once; they are short.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from mailcore.db.jobs import Job, listed

KIND = "outbound"
"""The kind of these jobs."""
LONGEST_REST = 1800.0
"""Seconds that a destination rests at most."""
OVERDUE_SECONDS = 3600.0
"""How long a job waits behind a destination that rests before it is judged by that: reported, or given up."""

_LOCK = text("LOCK TABLE destination IN SHARE UPDATE EXCLUSIVE MODE")
"""Keeps out other claims, and neither readers nor writers."""
_BUSY = text("SELECT count(*) FROM delivery_job WHERE kind = 'outbound' AND state = 'leased' AND lease_until >= :now")
# A destination that nobody has heard of yet has no row and begins with :first slots.
CLAIM = text(
    "WITH busy AS ("
    " SELECT destination, count(*) AS jobs FROM delivery_job"
    " WHERE kind = 'outbound' AND state = 'leased' AND lease_until >= :now GROUP BY destination"
    "), due AS ("
    " SELECT job.id AS id, job.not_before + job.patience AS turn, coalesce(busy.jobs, 0) AS busy,"
    " coalesce(known.slots, :first) AS slots,"
    " row_number() OVER (PARTITION BY job.destination ORDER BY job.not_before + job.patience, job.id) AS place"
    " FROM delivery_job AS job"
    " LEFT JOIN busy ON busy.destination = job.destination"
    " LEFT JOIN destination AS known ON known.name = job.destination"
    " WHERE job.kind = 'outbound'"
    " AND ((job.state = 'ready' AND job.not_before <= :now) OR (job.state = 'leased' AND job.lease_until < :now))"
    " AND (coalesce(known.not_before, 0) <= :now OR job.not_before <= :overdue)"
    "), chosen AS ("
    " SELECT id FROM due WHERE place + busy <= CASE WHEN slots < :most THEN slots ELSE :most END"
    " ORDER BY turn, id LIMIT :limit"
    ")"
    " UPDATE delivery_job SET state = 'leased', owner = :owner, lease_until = :lease_until, attempt = attempt + 1"
    " WHERE id IN (SELECT id FROM chosen)"
    " RETURNING id, kind, destination, attempt, message_id, payload, content, created_at"
)
_SAVE = text(
    "UPDATE delivery_job SET payload = :payload, recipients = :recipients"
    " WHERE id = :id AND attempt = :attempt AND state = 'leased'"
)


@dataclass(frozen=True, slots=True)
class Pace:
    """How many jobs may run at once."""

    most: int
    """Over all destinations."""
    most_per_destination: int
    first: int
    """For a destination that is new, or worked again after a rest."""


async def claim(
    conn: AsyncConnection, pace: Pace, *, owner: str, now: float, lease_until: float, limit: int
) -> list[Job]:
    """Lease to `owner` at most `limit` jobs that may run now: those longest due."""
    if conn.dialect.name == "postgresql":
        await conn.execute(_LOCK)
    busy: int = (await conn.execute(_BUSY, {"now": now})).scalar_one()
    room = min(limit, pace.most - busy)
    if room <= 0:
        return []
    values = claim_values(pace, owner=owner, now=now, lease_until=lease_until, limit=room)
    return [Job(*row) for row in await conn.execute(CLAIM, values)]


def claim_values(pace: Pace, *, owner: str, now: float, lease_until: float, limit: int) -> dict[str, object]:
    """Give the values of CLAIM."""
    return {
        "owner": owner,
        "now": now,
        "overdue": now - OVERDUE_SECONDS,
        "lease_until": lease_until,
        "first": pace.first,
        "most": pace.most_per_destination,
        "limit": limit,
    }


async def save(conn: AsyncConnection, job: Job, payload: bytes, recipients: Iterable[str]) -> bool:
    """Keep what has become of a job so far, and who waits; give False when the lease was lost and another has it."""
    values = {"id": job.id, "attempt": job.attempt, "payload": payload, "recipients": listed(recipients)}
    return (await conn.execute(_SAVE, values)).rowcount > 0
