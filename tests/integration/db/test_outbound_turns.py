"""Whose turn it is: both ways of finding out against a plain reading of the rules, on queues of all shapes."""

import asyncio
from collections import defaultdict
from dataclasses import dataclass
from random import Random

import pytest
from sqlalchemy import text

from mailcore.db import destinations, jobs, outbound_jobs, outbound_turns
from mailcore.db.database import Database
from mailcore.db.jobs import NewJob
from mailcore.db.outbound_jobs import OVERDUE_SECONDS, Pace
from mailcore.db.outbound_turns import Bounds, Turns

NOW = 1_767_225_600.0
PACE = Pace(most=100, most_per_destination=4, first=2)
MESSAGE = "018f0000-0000-7000-8000-000000000001"
_INSERT = text(
    "INSERT INTO delivery_job"
    " (id, kind, destination, state, attempt, not_before, patience, lease_until, message_id, payload, created_at)"
    " VALUES (:id, :kind, :destination, :state, 1, :not_before, :patience, :lease_until, 'm', :payload, 0)"
)
_KNOWN = text("INSERT INTO destination VALUES (:name, :not_before, 1, :slots, 'x', 0)")


@dataclass(frozen=True)
class Row:
    """A job."""

    id: str
    kind: str
    destination: str
    state: str
    not_before: float
    patience: float
    lease_until: float | None

    @property
    def turn(self) -> float:
        """When it has its turn."""
        return self.not_before + self.patience

    @property
    def is_under_way(self) -> bool:
        """Whether a worker has it."""
        return self.kind == "outbound" and self.state == "leased" and (self.lease_until or 0) >= NOW

    @property
    def is_due(self) -> bool:
        """Whether it may run, as far as it goes by itself."""
        is_free = self.state == "ready" or (self.state == "leased" and (self.lease_until or 0) < NOW)
        return self.kind == "outbound" and is_free and self.not_before <= NOW


@dataclass(frozen=True)
class Queue:
    """Jobs, and what is known of their destinations."""

    rows: tuple[Row, ...]
    known: dict[str, tuple[float, int]]
    """Until when a destination rests, and its slots."""

    def turns(self, bounds: Bounds) -> list[str]:
        """Say whose turn it is, in order: of each destination up to its limit; where it rests, what is overdue only."""
        running: dict[str, int] = defaultdict(int)
        for row in self.rows:
            running[row.destination] += row.is_under_way
        chosen = []
        for row in sorted((row for row in self.rows if row.is_due), key=lambda row: (row.turn, row.id)):
            rests_until, slots = self.known.get(row.destination, (0.0, bounds.first))
            may_begin = rests_until <= bounds.now or row.not_before <= bounds.overdue
            if may_begin and running[row.destination] < min(slots, bounds.most):
                running[row.destination] += 1
                chosen.append(row.id)
        return chosen[: bounds.limit]


def queue(random: Random) -> Queue:
    """Give one of few or many destinations, with jobs of all kinds and states."""
    names = [f"d{number}.test" for number in range(random.choice([1, 3, 12]))]
    rows = []
    for number in range(random.choice([0, 5, 60])):
        state = random.choice(["ready", "ready", "ready", "leased", "leased", "held"])
        lease = NOW + random.uniform(-90, 60) if state == "leased" else None
        latest = 0.0 if state == "leased" else 900.0
        rows.append(
            Row(
                f"{random.getrandbits(64):016x}-{number}",
                random.choice(["outbound"] * 9 + ["local"]),
                random.choice(names),
                state,
                NOW + random.uniform(-2 * OVERDUE_SECONDS, latest),
                random.choice([0.0, 0.0, 600.0, 7.0]),
                lease,
            )
        )
    resting = {name: (NOW + random.uniform(-60, 60), random.randint(1, 6)) for name in names if random.random() < 0.5}
    return Queue(tuple(rows), resting)


async def fill(database: Database, queue: Queue) -> None:
    async with database.transaction() as conn:
        await conn.execute(text("DELETE FROM delivery_job"))
        await conn.execute(text("DELETE FROM destination"))
        if queue.rows:
            values = [{name: getattr(row, name) for name in Row.__dataclass_fields__} for row in queue.rows]
            await conn.execute(_INSERT, [{**row, "payload": b""} for row in values])
        for name, (not_before, slots) in queue.known.items():
            await conn.execute(_KNOWN, {"name": name, "not_before": not_before, "slots": slots})


async def by_turn(database: Database, bounds: Bounds, read: int) -> Turns:
    async with database.read() as conn:
        return await outbound_turns.by_turn(conn, bounds, read)


async def by_destination(database: Database, bounds: Bounds) -> list[str]:
    async with database.read() as conn:
        return list(await outbound_turns.by_destination(conn, bounds))


@pytest.mark.parametrize("seed", range(25))
async def test_both_ways_give_what_the_rules_say(database: Database, seed: int) -> None:
    random = Random(seed)  # noqa: S311 - no secret
    made = queue(random)
    await fill(database, made)
    for limit in (1, 5, 50):
        bounds = outbound_jobs.bounds_of(PACE, NOW, limit)
        expected = made.turns(bounds)
        assert await by_destination(database, bounds) == expected
        for read in (1, 7, 1000):
            found = await by_turn(database, bounds, read)
            assert list(found.ids) == expected[: len(found.ids)]
            assert found.busy == sum(row.is_under_way for row in made.rows)
            assert list(found.ids) == expected or not found.is_all


async def test_an_empty_queue(database: Database) -> None:
    bounds = outbound_jobs.bounds_of(PACE, NOW, 50)
    assert await by_turn(database, bounds, 500) == Turns((), 0, is_all=True)
    assert await by_destination(database, bounds) == []


async def put(database: Database, destination: str, count: int, not_before: float = NOW) -> None:
    new = [NewJob(f"{destination}-{at:04}", "outbound", destination, MESSAGE, b"", not_before) for at in range(count)]
    async with database.transaction() as conn:
        await jobs.insert(conn, new, NOW)


async def take(database: Database, limit: int = 50) -> list[str]:
    async with database.transaction() as conn:
        taken = await outbound_jobs.claim(conn, PACE, owner="one", now=NOW, lease_until=NOW + 60, limit=limit)
        return [job.id for job in taken]


async def test_a_crowd_for_one_destination_holds_up_no_other(database: Database) -> None:
    await put(database, "crowd.test", 700, NOW - 600)
    await put(database, "example.org", 1)
    await put(database, "example.net", 1, NOW - 60)
    assert await take(database) == ["crowd.test-0000", "crowd.test-0001", "example.net-0000", "example.org-0000"]
    assert await take(database) == []


async def test_a_crowd_that_rests_holds_up_no_other(database: Database) -> None:
    await put(database, "crowd.test", 700, NOW - 600)
    await put(database, "example.org", 1)
    async with database.transaction() as conn:
        await destinations.failed(conn, "crowd.test", "x", first_rest=60, now=NOW)
    assert await take(database) == ["example.org-0000"]
    assert await take(database) == []


async def test_jobs_that_somebody_is_changing_are_left_out(database: Database) -> None:
    await put(database, "example.org", 1, NOW - 1)
    await put(database, "example.net", 1)
    async with database.transaction() as conn:
        await conn.execute(text("UPDATE delivery_job SET state = 'held' WHERE destination = 'example.org'"))
        taken = asyncio.create_task(take(database))
        if database.dialect == "postgresql":
            # Nor is anybody waited for, where several may write at once.
            await asyncio.wait_for(asyncio.shield(taken), 5)
    assert await taken == ["example.net-0000"]
    assert await take(database) == []
