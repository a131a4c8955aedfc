"""Results of TLS: counted by several replicas, listed page by page, forgotten by day."""

import asyncio
from dataclasses import replace
from datetime import date

import pytest

from mailcore.db import tls_results
from mailcore.db.database import Database
from mailcore.db.tls_results import Outcome, TlsResultList
from mailcore.errors import Invalid

DAY = 20_000
GOOD = Outcome(DAY, "example.org", "sts", "version: STSv1\nmode: enforce")
BAD = replace(GOOD, result_type="certificate-expired", mx_host="mx.example.org", reason="expired \0 long ago")


async def add(database: Database, counts: dict[Outcome, int]) -> None:
    async with database.transaction() as conn:
        await tls_results.add(conn, counts)


async def test_replicas_add_to_the_same_rows(database: Database) -> None:
    await asyncio.gather(
        *(add(database, {GOOD: 2, BAD: 1, replace(BAD, reason="in other words"): 1}) for _ in range(5))
    )
    found = await TlsResultList(database).list(None, 10, day=None, domain=None, failed=None)
    assert {one.result_type: one.count for one in found.items} == {None: 10, "certificate-expired": 10}
    assert found.items[0].policy == ("version: STSv1", "mode: enforce")
    assert found.items[0].day == date(2024, 10, 4)


async def test_pages_and_filters(database: Database) -> None:
    days = {replace(GOOD, day=DAY + n, domain=f"d{n % 2}.test"): 1 for n in range(5)}
    await add(database, {**days, BAD: 1})
    listed = TlsResultList(database)
    first = await listed.list(None, 4, day=None, domain=None, failed=None)
    second = await listed.list(first.next, 4, day=None, domain=None, failed=None)
    assert [one.day.toordinal() for one in (*first.items, *second.items)] == sorted(
        (one.day.toordinal() for one in (*first.items, *second.items)), reverse=True
    )
    assert (len(first.items), len(second.items), second.next) == (4, 2, None)
    assert len((await listed.list(None, 9, day=None, domain="d1.test", failed=None)).items) == 2
    assert len((await listed.list(None, 9, day=date(2024, 10, 4), domain=None, failed=None)).items) == 2
    assert [one.domain for one in (await listed.list(None, 9, day=None, domain=None, failed=True)).items] == [
        "example.org"
    ]
    with pytest.raises(Invalid):
        await listed.list("no cursor", 9, day=None, domain=None, failed=None)


async def test_old_days_go(database: Database) -> None:
    await add(database, {GOOD: 1, replace(GOOD, day=DAY - 1): 1})
    async with database.transaction() as conn:
        await tls_results.forget_before(conn, DAY)
    found = await TlsResultList(database).list(None, 9, day=None, domain=None, failed=None)
    assert [one.day for one in found.items] == [date(2024, 10, 4)]
