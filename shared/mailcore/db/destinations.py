"""What is known of the domains that mail goes to: how much they take at once, and which of them rest.

A destination none of whose servers could be used rests as a whole, longer each time, so that one dead server neither
holds up others nor is tried by every job and replica. A row exists only while it says something: what works at full
pace has none of its failures left, and what was not heard of for a day is forgotten.
"""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from mailcore.db.jobs import storable
from mailcore.db.outbound_jobs import LONGEST_REST, Pace

SHARED = "via "
"""Before the name of a server that the settings have several domains share."""
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
# As if it failed once more, until it is known: whoever comes meanwhile finds it resting.
_PROBE = text(
    "UPDATE destination SET not_before = :not_before, failures = failures + 1, at = :now"
    " WHERE name = :name AND failures > 0 AND not_before <= :now"
)
_REVIVE = text(
    "UPDATE destination SET not_before = 0, failures = 0, last_error = '' WHERE name = :name AND failures > 0"
)
_WAKE = text("UPDATE destination SET not_before = 0 WHERE name = :name")
_FORGET_SHARED = text(f"DELETE FROM destination WHERE name LIKE '{SHARED}%'")  # noqa: S608 - ours
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
    not_before = now + _rest(await read(conn, name), first_rest)
    await conn.execute(_FAILED, {"name": name, "not_before": not_before, "why": storable(why), "now": now})


async def probe(conn: AsyncConnection, name: str, known: Destination, *, first_rest: float, now: float) -> bool:
    """Whether the caller is the one who may find out if a destination whose rest is over can be used again.

    `known`: what was read of it. All others wait until he has noted it, or as long as for another failure.
    """
    values = {"name": name, "not_before": now + _rest(known, first_rest), "now": now}
    return (await conn.execute(_PROBE, values)).rowcount > 0


async def revive(conn: AsyncConnection, name: str) -> None:
    """Note that a destination of which nothing but failures is kept could be used."""
    await conn.execute(_REVIVE, {"name": name})


async def wake(conn: AsyncConnection, names: Collection[str]) -> None:
    """Let destinations be tried at once, and with them what they may share."""
    for name in sorted(names):
        await conn.execute(_WAKE, {"name": name})
    if names:
        await conn.execute(_FORGET_SHARED)


def _rest(known: Destination, first_rest: float) -> float:
    return float(min(first_rest * 2.0 ** min(known.failures, 16), LONGEST_REST))


async def forget_old(conn: AsyncConnection, now: float) -> None:
    """Forget destinations that nothing was heard of for a day."""
    await conn.execute(_FORGET, {"before": now - _REMEMBERED})
