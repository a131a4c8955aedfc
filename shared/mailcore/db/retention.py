"""Upkeep of what grows: old traces, changes and counters go, partitions of the days to come are made.

The REST API calls `keep_house` every hour.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Table, delete, func, select, text

from mailcore.db import login_failures, partings, send_rate, trace_partitions
from mailcore.db.database import Database
from mailcore.db.tables import (
    autoreply_sent,
    change_log,
    login_failure,
    login_network,
    mailbox_usage,
    send_count,
    srs_token,
    trace,
    trace_recipient,
)

_CHANGES_KEPT = timedelta(days=1)
_SENDERS_KEPT_DAYS = 30
"""Longer than a rewritten sender is valid."""
_REPLIES_KEPT_DAYS = 366
"""Longer than any interval between two autoreplies to one sender."""
_DAY_SECONDS = 86_400.0
_USAGE_KEPT_SECONDS = 3600.0
"""Long after nobody believes it any more."""
_MOST_AT_ONCE = 5_000
_LOCK = 0x48494B55
"""Number of the advisory lock; any number does that nothing else on the server uses."""
# Making and dropping partitions stops all readers and writers of the trace: better later than for long.
_LOCK_PATIENCE = text("SET LOCAL lock_timeout = '3s'")


@dataclass(frozen=True, slots=True)
class Upkeep:
    """What was done, in rows and partitions."""

    partitions_dropped: int
    traces_removed: int
    changes_removed: int


async def keep_house(database: Database, *, retention_days: int, now: float) -> Upkeep | None:
    """Remove what is older than it has to be. None: another replica is at it at this moment.

    `now` is in seconds since the epoch. Rows go in portions, each in a transaction of its own, so that mail never
    waits for long. Raises DatabaseAway; what is left then is done the next time.
    """
    oldest = now - retention_days * _DAY_SECONDS
    dropped = 0
    if database.dialect == "postgresql":
        async with database.transaction() as connection:
            if not (await connection.execute(select(func.pg_try_advisory_xact_lock(_LOCK)))).scalar_one():
                return None
            await connection.execute(_LOCK_PATIENCE)
            await trace_partitions.make_ahead(connection, now)
            dropped = await trace_partitions.drop_before(connection, oldest)
    # On PostgreSQL these are strays and the first hours of the oldest day.
    traces = await _remove_before(database, trace, oldest) + await _remove_before(database, trace_recipient, oldest)
    await _remove_before(database, autoreply_sent, now - _REPLIES_KEPT_DAYS * _DAY_SECONDS)
    await _remove_before(database, srs_token, now - _SENDERS_KEPT_DAYS * _DAY_SECONDS)
    async with database.transaction() as connection:
        await partings.forget_old(connection, now)
    await _remove_counters(database, now)
    before = datetime.fromtimestamp(now, UTC) - _CHANGES_KEPT
    return Upkeep(dropped, traces, await _remove_before(database, change_log, before))


async def _remove_counters(database: Database, now: float) -> None:
    """Remove what no longer counts of the small counters that replicas share."""
    await _remove_before(database, mailbox_usage, now - _USAGE_KEPT_SECONDS)
    await _remove_before(database, login_network, now - login_failures.LATELY_SECONDS)
    await _remove_before(database, login_failure, login_failures.oldest_bucket(now), by="bucket")
    await _remove_before(database, send_count, send_rate.oldest_bucket(now), by="bucket")


async def _remove_before(database: Database, table: Table, moment: Any, *, by: str = "at") -> int:
    """Remove the rows of `table` whose column `by` lies before `moment`; give how many."""
    removed = 0
    is_done = False
    while not is_done:
        async with database.transaction() as connection:
            column = table.c[by]
            portion = select(column).where(column < moment).order_by(column).offset(_MOST_AT_ONCE).limit(1)
            last = (await connection.execute(portion)).scalar_one_or_none()
            is_done = last is None
            condition = column < moment if last is None else column <= last
            removed += (await connection.execute(delete(table).where(condition))).rowcount
    return removed
