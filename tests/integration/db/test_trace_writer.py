import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from prometheus_client import CollectorRegistry
from sqlalchemy import func, select
from tests.integration.db.waiting import seconds_until
from tests.parts import PostgreSQL

from mailcore import events
from mailcore.db.database import Database
from mailcore.db.migrate import migrate
from mailcore.db.tables import trace
from mailcore.db.trace_reader import TraceReader
from mailcore.db.trace_writer import TraceWriter
from mailcore.metrics import Metrics
from mailcore.trace import Trace, TraceEvent, TraceRecipient


def a_trace(message_id: UUID | None = None, outcome: str = events.ACCEPTED, sender: str = "a@example.org") -> Trace:
    now = time.time()
    event = TraceEvent(now, "mail", events.SENDER_ACCEPTED, "sender", "250 2.1.0 OK", detail={"size": "5"})
    recipients = (TraceRecipient("b@example.com", outcome),)
    return Trace(
        message_id or uuid4(), "ingress", now, outcome, 3, "192.0.2.1", sender, "<1@example.org>", recipients, (event,)
    )


@pytest.fixture
def metrics() -> Metrics:
    return Metrics(CollectorRegistry())


@pytest.fixture
async def writer(database: Database, metrics: Metrics) -> AsyncIterator[TraceWriter]:
    made = TraceWriter(database, metrics)
    await made.start()
    yield made
    await made.stop()


async def count(database: Database) -> int:
    async with database.read() as connection:
        found: int = (await connection.execute(select(func.count()).select_from(trace))).scalar_one()
        return found


def dropped(metrics: Metrics) -> float:
    return metrics.registry.get_sample_value("hikyaku_trace_dropped_total") or 0.0


async def test_what_is_recorded_is_soon_there_whole(writer: TraceWriter, database: Database) -> None:
    recorded = a_trace()
    writer.record(recorded)

    async def is_there() -> bool:
        return await count(database) == 1

    assert await seconds_until(is_there) < 1.5
    story = await TraceReader(database).story(recorded.message_id)
    assert (story.client_ip, story.sender, story.message_id) == ("192.0.2.1", "a@example.org", "<1@example.org>")
    assert story.outcome == events.ACCEPTED
    assert story.at.timestamp() == pytest.approx(recorded.at, abs=1e-5)
    assert [(one.address, one.outcome) for one in story.recipients] == [("b@example.com", events.ACCEPTED)]
    (event,) = story.events
    assert (event.stage, event.what, event.decided_by) == ("mail", events.SENDER_ACCEPTED, "sender")
    assert (event.reply, event.detail, event.settings_revision) == ("250 2.1.0 OK", {"size": "5"}, 3)


async def test_stop_writes_what_is_left(database: Database, metrics: Metrics) -> None:
    writer = TraceWriter(database, metrics)
    await writer.start()
    for _ in range(2500):
        writer.record(a_trace())
    await writer.stop()
    assert await count(database) == 2500
    await writer.stop()


async def test_equal_refusals_become_one_row(database: Database, metrics: Metrics) -> None:
    writer = TraceWriter(database, metrics)
    await writer.start()
    for _ in range(100):
        writer.record(a_trace(outcome=events.REFUSED))
    await writer.stop()
    async with database.read() as connection:
        assert sorted((await connection.execute(select(trace.c.count))).scalars()) == [1, 99]


async def test_what_a_stranger_sends_cannot_break_a_batch(writer: TraceWriter, database: Database) -> None:
    hostile = a_trace(sender="a\0b\udcff\U0001f4ee@example.org")
    event = TraceEvent(1.0, "mail", "what", reply="\0\ud800", detail={"\0": "\udfff"})
    writer.record(Trace(hostile.message_id, "ingress", 1.0, events.REFUSED, 0, sender=hostile.sender, events=(event,)))
    writer.record(a_trace())

    async def are_there() -> bool:
        return await count(database) == 2

    await seconds_until(are_there)
    story = await TraceReader(database).story(hostile.message_id)
    assert story.sender == "a\ufffdb?\U0001f4ee@example.org"


async def test_one_trace_that_is_refused_does_not_take_others_along(
    writer: TraceWriter, database: Database, metrics: Metrics
) -> None:
    for number in range(10):
        impossible = 2**80 if number == 4 else 0
        writer.record(Trace(uuid4(), "ingress", 1.0, events.ACCEPTED, impossible))

    async def are_there() -> bool:
        return await count(database) == 9

    await seconds_until(are_there)
    assert dropped(metrics) == 1


async def test_buffer_is_bounded_and_the_oldest_goes(database: Database, metrics: Metrics) -> None:
    writer = TraceWriter(database, metrics, most_waiting=10)
    recorded = [a_trace() for _ in range(25)]
    for one in recorded:
        writer.record(one)
    await writer.start()
    await writer.stop()
    assert dropped(metrics) == 15
    async with database.read() as connection:
        kept = set((await connection.execute(select(trace.c.message_id))).scalars())
    assert kept == {one.message_id for one in recorded[15:]}


async def test_database_that_never_answers_does_not_hold_up_the_end(metrics: Metrics) -> None:
    away = await Database.open("postgresql://nobody@127.0.0.1:1/nothing")
    writer = TraceWriter(away, metrics)
    await writer.start()
    writer.record(a_trace())
    began = time.monotonic()
    await writer.stop()
    assert time.monotonic() - began < 11
    assert dropped(metrics) == 1
    await away.close()


@pytest.mark.real
async def test_what_is_recorded_while_the_database_is_away_is_written_later(
    postgres_database: str, postgres: PostgreSQL, metrics: Metrics
) -> None:
    await migrate(postgres_database)
    database = await Database.open(postgres_database)
    writer = TraceWriter(database, metrics)
    await writer.start()
    writer.record(a_trace())
    await asyncio.sleep(0.5)
    await postgres.asynchronously(postgres.kill)
    for _ in range(5):
        writer.record(a_trace())
        await asyncio.sleep(0.1)
    await postgres.asynchronously(postgres.start)
    await writer.stop()
    assert await count(database) >= 5, "the first may have been lost in the crash, as it is allowed to be"
    assert dropped(metrics) == 0
    await database.close()


async def test_writer_on_a_disk_that_cannot_be_opened_only_counts(tmp_path: Path, metrics: Metrics) -> None:
    (tmp_path / "directory.sqlite3").mkdir()
    database = await Database.open(f"sqlite:///{tmp_path / 'directory.sqlite3'}")
    writer = TraceWriter(database, metrics)
    await writer.start()
    writer.record(a_trace())
    await writer.stop()
    assert dropped(metrics) == 1
    await database.close()
    # The driver's thread of a connection that was never opened reports its end to the loop, a little later.
    await asyncio.sleep(0.5)
