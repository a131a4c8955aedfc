"""What is known of the domains that mail goes to: how much they take at once, and which of them rest.

A destination none of whose servers could be used rests as a whole, longer each time, so that one dead server neither
holds up others nor is tried by every job and replica. A row exists only while it says something: what works at full
pace has none of its failures left, and what was not heard of for a day is forgotten.
"""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from mailcore.db.jobs import storable
from mailcore.db.outbound_jobs import LONGEST_REST, Pace

_REMEMBERED = 86_400.0
_READ = text("SELECT not_before, failures, slots, last_error FROM destination WHERE name = :name")
_PUT = text(
    "INSERT INTO destination (name, not_before, failures, slots, last_error, at)"
    " VALUES (:name, :not_before, :failures, :slots, :last_error, :now)"
    " ON CONFLICT (name) DO UPDATE SET not_before = excluded.not_before, failures = excluded.failures,"
    " slots = excluded.slots, last_error = excluded.last_error, at = excluded.at"
)
# Several deliveries that began together and fail together are one failure: only a rest that is over is prolonged.
_FAILED = text(
    "INSERT INTO destination (name, not_before, failures, slots, last_error, at)"
    " VALUES (:name, :not_before, 1, 1, :why, :now)"
    " ON CONFLICT (name) DO UPDATE SET"
    " not_before = CASE WHEN destination.not_before > :now THEN destination.not_before ELSE :not_before END,"
    " failures = CASE WHEN destination.not_before > :now THEN destination.failures ELSE destination.failures + 1 END,"
    " slots = 1, last_error = :why, at = :now"
)
_FORGET = text("DELETE FROM destination WHERE at < :before")


@dataclass(frozen=True, slots=True)
class Destination:
    """What is known of one."""

    not_before: float = 0.0
    """Until when it rests, in seconds since the epoch."""
    failures: int = 0
    """How often in a row none of its servers could be used."""
    slots: int | None = None
    """How many deliveries at once it takes; None: as many as a new one."""
    last_error: str = ""


async def read(conn: AsyncConnection, name: str) -> Destination:
    """Give what is known of a destination."""
    row = (await conn.execute(_READ, {"name": name})).one_or_none()
    return Destination() if row is None else Destination(*row)


async def succeeded(conn: AsyncConnection, name: str, pace: Pace, now: float) -> None:
    """Note that a server of it could be used: it takes one delivery more at once, up to the limit."""
    known = await read(conn, name)
    slots = pace.first if known.slots is None else known.slots
    if known.failures == 0 and slots >= pace.most_per_destination:
        return
    values = {
        "name": name,
        "not_before": 0.0,
        "failures": 0,
        "slots": min(slots + 1, pace.most_per_destination),
        "last_error": "",
        "now": now,
    }
    await conn.execute(_PUT, values)


async def failed(conn: AsyncConnection, name: str, why: str, *, first_rest: float, now: float) -> None:
    """Note that none of its servers could be used: it rests for `first_rest` seconds, doubled for each failure."""
    known = await read(conn, name)
    rest = min(first_rest * 2.0 ** min(known.failures, 16), LONGEST_REST)
    await conn.execute(_FAILED, {"name": name, "not_before": now + rest, "why": storable(why), "now": now})


async def forget_old(conn: AsyncConnection, now: float) -> None:
    """Forget destinations that nothing was heard of for a day."""
    await conn.execute(_FORGET, {"before": now - _REMEMBERED})
