"""Hints: of jobs that are due, a few at once, and nothing of it is anybody's trouble."""

import pytest
from tests.fakes.bus import MemoryBus

from mailcore.bus.topology import OUTBOUND
from mailcore.db.jobs import NewJob
from processor.jobs.hints import hint


def job(number: int, not_before: float = 100.0) -> NewJob:
    return NewJob(f"{number}", "outbound", "example.org", "m", b"", not_before)


@pytest.mark.parametrize(
    ("jobs", "hinted"),
    [
        ([], []),
        ([job(1)], ["1"]),
        ([job(1, 100.5)], []),
        ([job(1, 101.0), job(2), job(3, 99.0)], ["2", "3"]),
        ([*(job(n, 200.0) for n in range(50)), job(50)], ["50"]),
        ([job(n) for n in range(500)], [f"{n}" for n in range(16)]),
    ],
)
async def test_a_few_of_what_is_due_are_announced(jobs: list[NewJob], hinted: list[str]) -> None:
    bus = MemoryBus()
    await hint(bus, jobs, 100.0)
    assert [(one.queue, one.id, one.body) for one in bus.published] == [(OUTBOUND, job_id, b"") for job_id in hinted]


@pytest.mark.parametrize("count", [1, 3])
async def test_a_bus_that_is_away_is_no_trouble(count: int) -> None:
    bus = MemoryBus()
    bus.is_away = True
    await hint(bus, [job(n) for n in range(count)], 100.0)
    assert bus.published == []
