"""Which jobs towards other servers may run now, over all replicas together.

No more of them than the settings allow, overall and for one destination; none for a destination that rests. Claims
exclude each other, so that the limits hold however many replicas claim at once; they are short.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Text, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection

from mailcore.db import outbound_turns
from mailcore.db.jobs import Job, listed
from mailcore.db.outbound_turns import Bounds

KIND = "outbound"
"""The kind of these jobs."""
LONGEST_REST = 1800.0
"""Seconds that a destination rests at most."""
OVERDUE_SECONDS = 3600.0
"""How long a job waits behind a destination that rests before it is judged by that: reported, or given up."""

_LOCK = text("LOCK TABLE destination IN SHARE UPDATE EXCLUSIVE MODE")
"""Keeps out other claims, and neither readers nor writers."""
_DUE = "((state = 'ready' AND not_before <= :now) OR (state = 'leased' AND lease_until < :now))"
# Whoever was given an order or a lease since they were chosen is left out.
_TAKE = (
    "UPDATE delivery_job SET state = 'leased', owner = :owner, lease_until = :lease_until, attempt = attempt + 1"  # noqa: S608 - no value in it
    f" WHERE id IN (SELECT id FROM delivery_job WHERE id IN :ids AND {_DUE}{{lock}})"
    " RETURNING id, kind, destination, attempt, message_id, payload, content, created_at"
)
_TAKE_BY_DIALECT = {
    "postgresql": text(_TAKE.format(lock=" FOR UPDATE SKIP LOCKED")).bindparams(
        bindparam("ids", type_=Text, expanding=True)
    ),
    "sqlite": text(_TAKE.format(lock="")).bindparams(bindparam("ids", type_=Text, expanding=True)),
}
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
    bounds = bounds_of(pace, now, limit)
    turns = await outbound_turns.by_turn(conn, bounds)
    room = min(limit, pace.most - turns.busy)
    if room <= 0:
        return []
    # Those longest due may all be of destinations that have to wait.
    is_all = turns.is_all or len(turns.ids) >= room
    ids = turns.ids if is_all else await outbound_turns.by_destination(conn, bounds)
    return await _take(conn, ids[:room], owner=owner, now=now, lease_until=lease_until)


def bounds_of(pace: Pace, now: float, limit: int) -> Bounds:
    """Give what may begin now at such a pace, `limit` jobs at most."""
    return Bounds(now, now - OVERDUE_SECONDS, pace.first, pace.most_per_destination, limit)


async def _take(conn: AsyncConnection, ids: Sequence[str], *, owner: str, now: float, lease_until: float) -> list[Job]:
    """Lease jobs that are still due to `owner`; give them in the order of `ids`."""
    if not ids:
        return []
    values = {"ids": list(ids), "owner": owner, "now": now, "lease_until": lease_until}
    found = {row.id: Job(*row) for row in await conn.execute(_TAKE_BY_DIALECT[conn.dialect.name], values)}
    return [found[one] for one in ids if one in found]


async def save(conn: AsyncConnection, job: Job, payload: bytes, recipients: Iterable[str]) -> bool:
    """Keep what has become of a job so far, and who waits; give False when the lease was lost and another has it."""
    values = {"id": job.id, "attempt": job.attempt, "payload": payload, "recipients": listed(recipients)}
    return (await conn.execute(_SAVE, values)).rowcount > 0
