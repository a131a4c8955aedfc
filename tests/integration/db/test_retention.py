import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from sqlalchemy import func, select, table, text

from mailcore import events
from mailcore.db.database import Database
from mailcore.db.login_failures import LoginFailures, LoginHistory, origin_of
from mailcore.db.migrate import migrate
from mailcore.db.retention import Upkeep, keep_house
from mailcore.db.send_rate import SendRate
from mailcore.db.tables import login_failure, login_network, mailbox_usage, send_count, trace, trace_recipient
from mailcore.db.trace_rows import write_traces
from mailcore.db.usage import write_usages
from mailcore.directory.usage import Usage
from mailcore.trace import Trace, TraceRecipient

DAY = 86_400.0


async def write(database: Database, *moments: float) -> None:
    recipients = (TraceRecipient("a@example.com", events.ACCEPTED), TraceRecipient("b@example.com", events.ACCEPTED))
    async with database.transaction() as connection:
        traces = [Trace(uuid4(), "ingress", at, events.ACCEPTED, 0, recipients=recipients) for at in moments]
        await write_traces(connection, traces)


async def counts(database: Database) -> tuple[int, int]:
    async with database.read() as connection:
        return tuple(  # type: ignore[return-value]
            [
                (await connection.execute(select(func.count()).select_from(table))).scalar_one()
                for table in (trace, trace_recipient)
            ]
        )


async def partitions(database: Database) -> Sequence[str]:
    query = "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE c.relkind = 'r' ORDER BY 1"
    async with database.read() as connection:
        return (await connection.execute(text(query))).scalars().all()


async def test_traces_older_than_they_are_kept_go_to_the_second(database: Database) -> None:
    now = time.time()
    # Partitions outlast the test that made them.
    await keep_house(database, retention_days=5, now=now)
    await write(database, now, now - 5 * DAY + 60, now - 5 * DAY - 60, now - 40 * DAY)
    done = await keep_house(database, retention_days=5, now=now)
    assert done == Upkeep(partitions_dropped=0, traces_removed=2 + 4, changes_removed=0)
    assert await counts(database) == (2, 4)


async def test_more_than_a_portion_goes_at_once(database: Database) -> None:
    now = time.time()
    await write(database, *([now - 40 * DAY] * 5_500), *(now - 40 * DAY - number for number in range(5_500)))
    await write(database, now)
    done = await keep_house(database, retention_days=5, now=now)
    assert done is not None
    assert done.traces_removed == 11_000 * 3
    assert await counts(database) == (1, 2)


async def test_counters_go_when_they_no_longer_count(database: Database) -> None:
    # The start of an hour, as the counters' buckets are; today, as partitions outlast a test.
    now = time.time() // 3600 * 3600
    rate, failures = SendRate(database), LoginFailures(database)
    origin = origin_of("192.0.2.1", "ada@example.com", "")
    for at in (now, now - 3600, now - 2 * DAY, now - 40 * DAY):
        await rate.take("ada@example.com", 100, at)
        await failures.failed(origin, at)
        await failures.succeeded(origin_of("192.0.2.1", f"{at}@example.com", ""), LoginHistory(), at)
        async with database.transaction() as connection:
            await write_usages(connection, {f"example.com/{at}": (Usage(1, 1), at)})
    await keep_house(database, retention_days=5, now=now)
    async with database.read() as connection:
        left = {
            one.name: (await connection.execute(select(func.count()).select_from(one))).scalar_one()
            for one in (send_count, login_failure, login_network, mailbox_usage)
        }
    assert left == {"send_count": 2, "login_failure": 2 * 3, "login_network": 3, "mailbox_usage": 2}


async def test_nothing_to_do_is_nothing_done(database: Database) -> None:
    now = time.time()
    await keep_house(database, retention_days=1, now=now)
    assert await keep_house(database, retention_days=1, now=now) == Upkeep(0, 0, 0)


@pytest.fixture
async def postgresql(postgres_database: str) -> AsyncIterator[Database]:
    await migrate(postgres_database)
    opened = await Database.open(postgres_database)
    yield opened
    await opened.close()


@pytest.mark.real
async def test_partitions_of_days_to_come_are_made_and_old_ones_dropped(postgresql: Database) -> None:
    now = time.time()
    first = await partitions(postgresql)
    assert len(first) == 2 * (1 + 8)
    await write(postgresql, now, now + DAY)
    async with postgresql.read() as connection:
        today = f"trace_{datetime.fromtimestamp(now, UTC):%Y%m%d}"
        assert (await connection.execute(select(func.count()).select_from(table(today)))).scalar_one() == 1
        assert (await connection.execute(text("SELECT count(*) FROM trace_default"))).scalar_one() == 0
    done = await keep_house(postgresql, retention_days=3, now=now + 5 * DAY)
    assert done is not None
    assert done.partitions_dropped == 2 * 2
    assert await counts(postgresql) == (0, 0)
    later = await partitions(postgresql)
    assert len(later) == 2 * (1 + 8 + 5 - 2)


@pytest.mark.real
async def test_day_without_a_partition_is_kept_in_the_default_one_and_found(postgresql: Database) -> None:
    then = time.time() + 20 * DAY
    await write(postgresql, then)
    assert await counts(postgresql) == (1, 2)
    # A partition can no longer be made for that day; the others are.
    assert await keep_house(postgresql, retention_days=3, now=then) is not None
    made = await partitions(postgresql)
    assert f"trace_{datetime.fromtimestamp(then, UTC):%Y%m%d}" not in made
    assert f"trace_{datetime.fromtimestamp(then + DAY, UTC):%Y%m%d}" in made
    assert await counts(postgresql) == (1, 2)
    assert await keep_house(postgresql, retention_days=3, now=then + 4 * DAY) is not None
    assert await counts(postgresql) == (0, 0)


@pytest.mark.real
async def test_replicas_do_not_stand_in_each_others_way(postgresql: Database) -> None:
    now = time.time()
    await write(postgresql, now - 40 * DAY)
    done = await asyncio.gather(
        *(keep_house(postgresql, retention_days=3, now=now + 10 * DAY) for _ in range(4)),
        *(write(postgresql, now + 10 * DAY) for _ in range(4)),
    )
    assert any(isinstance(one, Upkeep) for one in done)
    assert await counts(postgresql) == (4, 8)
