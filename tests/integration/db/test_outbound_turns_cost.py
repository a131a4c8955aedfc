"""How much is read to find whose turn it is: no more where more jobs are due. Counted, not timed."""

import json
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from mailcore.db import outbound_jobs, outbound_turns
from mailcore.db.database import Database
from mailcore.db.outbound_jobs import Pace

NOW = 1_767_225_600.0
PACE = Pace(most=100, most_per_destination=4, first=2)
FEW, MANY = 1500, 6000
_FILL = (
    "WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < {count})"
    " INSERT INTO delivery_job (id, kind, attempt, message_id, payload, created_at, destination, state, not_before,"
    " patience, lease_until) SELECT 'job-' || n, 'outbound', 1, 'm', '', 0, {columns} FROM number"
)
SHAPES = {
    "one destination": f"'d.test', 'ready', {NOW} - (n % 900), 0, NULL",
    "one destination at its limit": f"'d.test', CASE WHEN n < 3 THEN 'leased' ELSE 'ready' END, {NOW} - (n % 900), 0,"
    f" CASE WHEN n < 3 THEN {NOW} + 60 END",
    "copies of a list": f"'d.test', 'ready', {NOW} - (n % 900), 600, NULL",
    "leases that are over": f"'d.test', 'leased', {NOW} - (n % 900), 0, {NOW} - 1",
    "all for later": f"'d.test', 'ready', {NOW} + 1 + (n % 900), 0, NULL",
}


async def fill(database: Database, columns: str, count: int) -> None:
    async with database.transaction() as conn:
        await conn.execute(text("DELETE FROM delivery_job"))
        await conn.execute(text(_FILL.format(count=count, columns=columns)))
    if database.dialect == "postgresql":
        # Of SQLite nobody asks for statistics.
        async with database.read() as conn:
            await conn.execute(text("ANALYZE delivery_job"))


async def cost(database: Database, statements: dict[str, Any]) -> int:
    """Give how much a statement reads: rows of the table, or steps of SQLite's machine, a hundred each."""
    values = {**outbound_jobs.bounds_of(PACE, NOW, 50).values(), "read": 100}
    statement = statements[database.dialect].text
    async with database.read() as conn:
        if database.dialect == "postgresql":
            (plan,) = (await conn.execute(text(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}"), values)).scalar_one()
            return rows_of(plan["Plan"])
        return await steps_of(conn, statement, values)


def rows_of(node: dict[str, Any]) -> int:
    inner = sum(map(rows_of, node.get("Plans", ())))
    if node.get("Relation Name") != "delivery_job":
        return inner
    return inner + int((node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"])


async def steps_of(conn: AsyncConnection, statement: str, values: dict[str, object]) -> int:
    count = 0

    def step() -> None:
        nonlocal count
        count += 1

    driver = (await conn.get_raw_connection()).driver_connection
    assert driver is not None
    await driver.set_progress_handler(step, 100)
    try:
        await conn.execute(text(statement), values)
    finally:
        await driver.set_progress_handler(None, 0)
    return count


@pytest.mark.parametrize("shape", SHAPES)
async def test_more_jobs_cost_no_more(database: Database, shape: str) -> None:
    costs = []
    for count in (FEW, MANY):
        await fill(database, SHAPES[shape], count)
        costs.append([await cost(database, way) for way in (outbound_turns.BY_TURN, outbound_turns.BY_DESTINATION)])
    # Of jobs that are all for later PostgreSQL reads none.
    assert any(costs[1]) or shape == "all for later"
    for few, many in zip(*costs, strict=True):
        assert many <= few * 1.5 + 10, json.dumps(costs)
