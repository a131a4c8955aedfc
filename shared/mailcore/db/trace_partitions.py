"""The daily partitions of the trace on PostgreSQL: made days ahead, dropped whole when their day is over and old.

Called by `migrate` and by `retention`. Days are UTC. What finds no partition goes to the default one, so nothing
depends on this having run.
"""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

TABLES = ("trace", "trace_recipient")
_DAYS_AHEAD = 7

_EXISTING = text(
    "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid "
    "WHERE i.inhparent = to_regclass(:parent) ORDER BY c.relname"
)


async def make_ahead(connection: AsyncConnection, now: float) -> None:
    """Make the missing partitions of today and the days to come. `now` is in seconds since the epoch.

    A day that already has rows in the default partition stays there: then no partition can be made for it.
    """
    today = _day(now)
    for table in TABLES:
        existing = await _existing(connection, table)
        for day in (today + timedelta(days=ahead) for ahead in range(_DAYS_AHEAD + 1)):
            name = _name(table, day)
            if name not in existing:
                bounds = f"FROM ({_begin(day)}) TO ({_begin(day + timedelta(days=1))})"
                creation = text(f"CREATE TABLE {name} PARTITION OF {table} FOR VALUES {bounds}")
                with suppress(IntegrityError):
                    async with connection.begin_nested():
                        await connection.execute(creation)


async def drop_before(connection: AsyncConnection, moment: float) -> int:
    """Drop the partitions whose last instant lies before `moment`; give how many."""
    dropped = 0
    for table in TABLES:
        oldest_kept = _name(table, _day(moment))
        for name in await _existing(connection, table):
            if name != f"{table}_default" and name < oldest_kept:
                await connection.execute(text(f"DROP TABLE {name}"))
                dropped += 1
    return dropped


async def _existing(connection: AsyncConnection, table: str) -> list[str]:
    return list((await connection.execute(_EXISTING, {"parent": table})).scalars())


def _name(table: str, day: date) -> str:
    return f"{table}_{day:%Y%m%d}"


def _day(moment: float) -> date:
    return datetime.fromtimestamp(moment, UTC).date()


def _begin(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
