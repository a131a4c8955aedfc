"""What it costs to claim jobs towards other servers from a queue of a million: `python -m tests.bench.claims`.

On a real PostgreSQL, or with `--sqlite` on a file, in the shapes that such a queue takes: nothing due, all of it due,
all of it for one domain that rests or has all the deliveries it may have, and all of it in the hands of workers that
are gone. `--explain` prints how the server finds them.
"""

import argparse
import asyncio
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass

import asyncpg
from sqlalchemy import text
from tests.parts.postgresql import PostgreSQL

from mailcore.db import destinations, jobs, outbound_jobs, outbound_turns
from mailcore.db.database import Database
from mailcore.db.migrate import migrate
from mailcore.db.outbound_jobs import Pace

JOBS = 1_000_000
ROUNDS = 20
BATCH = 50
PACE = Pace(most=1_000_000, most_per_destination=20, first=5)
NOW = 1_767_225_600.0


@dataclass(frozen=True)
class Shape:
    """A queue."""

    name: str
    jobs: str
    """What the columns destination, state, not_before and lease_until are for number `n`, as SQL."""
    before: tuple[str, ...] = ()
    """Statements that go before."""
    is_empty: bool = False
    """Whether there is nothing to claim."""


REST = f"INSERT INTO destination VALUES ('d.test', {NOW + 900}, 3, 1, 'dead', {NOW})"  # noqa: S608 - ours
SHAPES = (
    Shape("nothing due", f"'d' || (n % 100000) || '.test', 'ready', {NOW + 60} + (n % 86400), NULL", is_empty=True),
    Shape("all due, 100,000 domains", f"'d' || (n % 100000) || '.test', 'ready', {NOW - 60} - (n % 86400), NULL"),
    Shape("all due, one domain", f"'d.test', 'ready', {NOW - 60} - (n % 86400), NULL"),
    Shape(
        "all due within the hour for a domain that rests",
        f"'d.test', 'ready', {NOW - 60} - (n % 3000), NULL",
        (REST,),
        is_empty=True,
    ),
    Shape(
        "the same, and 1,000 domains that do not",
        f"CASE WHEN n % 1000 = 0 THEN 'd' || n || '.test' ELSE 'd.test' END, 'ready', {NOW - 60} - (n % 3000), NULL",
        (REST,),
    ),
    Shape(
        "one domain that has all it may have, and 1,000 others",
        "CASE WHEN n % 1000 = 0 THEN 'd' || n || '.test' ELSE 'd.test' END,"
        f" CASE WHEN n % 1000 <> 0 AND n < 7 THEN 'leased' ELSE 'ready' END, {NOW - 60} - (n % 3000),"
        f" CASE WHEN n % 1000 <> 0 AND n < 7 THEN {NOW + 60} END",
    ),
    Shape(
        "one domain that has all it may have, and 100,000 that wait for their time",
        "CASE WHEN n % 10 = 0 THEN 'd' || n || '.test' ELSE 'd.test' END,"
        " CASE WHEN n < 7 THEN 'leased' ELSE 'ready' END,"
        f" CASE WHEN n % 10 = 0 THEN {NOW + 60} ELSE {NOW - 3600} END + (n % 3000),"
        f" CASE WHEN n < 7 THEN {NOW + 60} END",
        is_empty=True,
    ),
    Shape("all leased by workers that are gone", f"'d' || (n % 100000) || '.test', 'leased', {NOW - 90}, {NOW - 30}"),
)


_INSERT = (
    "INSERT INTO delivery_job (id, kind, attempt, message_id, payload, created_at, destination, state, not_before,"
    " lease_until)"
)
_POSTGRESQL = "SELECT md5(n::text), 'outbound', 1, md5(n::text), sha256(n::text::bytea), 0"
_SQLITE = "SELECT printf('%08x', n * 2654435761 % 4294967296), 'outbound', 1, printf('%032x', n), randomblob(32), 0"


async def fill(url: str, shape: Shape) -> None:
    """Make the queue; past our own driver, which gives up on what takes so long."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as file, file:
            for statement in ("DELETE FROM delivery_job", "DELETE FROM destination", *shape.before):
                file.execute(statement)
            numbers = f"WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < {JOBS})"  # noqa: S608 - ours
            file.execute(f"{numbers} {_INSERT} {_SQLITE}, {shape.jobs} FROM number")
        return
    connection = await asyncpg.connect(url)
    try:
        for statement in ("TRUNCATE delivery_job, destination", *shape.before):
            await connection.execute(statement)
        await connection.execute(f"{_INSERT} {_POSTGRESQL}, {shape.jobs} FROM generate_series(1, {JOBS}) AS number (n)")
        await connection.execute("ANALYZE delivery_job")
    finally:
        await connection.close()


async def claim(database: Database, *, end: bool = True) -> tuple[float, int]:
    """Claim a batch; give the seconds and how many there were. `end`: they are done at once."""
    began = time.perf_counter()
    async with database.transaction() as conn:
        found = await outbound_jobs.claim(conn, PACE, owner="bench", now=NOW, lease_until=NOW + 60, limit=BATCH)
    seconds = time.perf_counter() - began
    if end:
        async with database.transaction() as conn:
            for job in found:
                await jobs.finish(conn, job.id, job.attempt)
                await destinations.succeeded(conn, job.destination, PACE, NOW)
    return seconds, len(found)


async def explain(database: Database) -> None:
    """Print the plans of both ways to find whose turn it is."""
    word = "EXPLAIN (ANALYZE, BUFFERS)" if database.dialect == "postgresql" else "EXPLAIN QUERY PLAN"
    values = {**outbound_jobs.bounds_of(PACE, NOW, BATCH).values(), "read": 500}
    async with database.read() as conn:
        for statements in (outbound_turns.BY_TURN, outbound_turns.BY_DESTINATION):
            rows = await conn.execute(text(f"{word} {statements[database.dialect].text}"), values)
            print("\n".join(str(row[-1]) for row in rows), flush=True)


async def measure(url: str, shapes: Sequence[Shape], *, explained: bool) -> bool:
    """Print all; give whether each found what it should."""
    await migrate(url)
    database = await Database.open(url)
    is_right = True
    try:
        for shape in shapes:
            await fill(url, shape)
            if explained:
                await explain(database)
            await claim(database)
            found = [await claim(database) for _ in range(ROUNDS)]
            median = statistics.median(seconds for seconds, _ in found)
            taken = sum(count for _, count in found)
            is_right &= (taken == 0) == shape.is_empty
            worst = max(seconds for seconds, _ in found)
            print(f"{shape.name:60} {median * 1e3:9.1f} ms  worst {worst * 1e3:9.1f} ms  {taken:5} jobs", flush=True)
    finally:
        await database.close()
    return is_right


def main() -> None:
    """Run on a database of our own."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--explain", action="store_true")
    parser.add_argument("--sqlite", action="store_true")
    parser.add_argument("--only", default="")
    given = parser.parse_args()
    shapes = [shape for shape in SHAPES if given.only in shape.name]
    if given.sqlite:
        with tempfile.TemporaryDirectory() as directory:
            is_right = asyncio.run(measure(f"sqlite:///{directory}/claims.sqlite3", shapes, explained=given.explain))
    else:
        with PostgreSQL() as server:
            is_right = asyncio.run(measure(server.url, shapes, explained=given.explain))
    if not is_right:
        sys.exit("a claim finds what it should not, or nothing where there is something")


if __name__ == "__main__":
    main()
