import asyncio

import pytest

from mailcore.errors import DatabaseAway
from processor.housekeeping import Chore, Housekeeping


@pytest.mark.parametrize("failure", [None, DatabaseAway(), RuntimeError("a bug")])
async def test_a_chore_is_done_again_whatever_it_meets(failure: Exception | None) -> None:
    runs = 0

    async def run() -> None:
        nonlocal runs
        runs += 1
        if failure:
            raise failure

    housekeeping = Housekeeping((Chore("test", 0.0, run),))
    housekeeping.start()
    async with asyncio.timeout(2):
        while runs < 3:
            await asyncio.sleep(0)
    await housekeeping.stop()
    stopped_at = runs
    await asyncio.sleep(0.01)
    assert runs == stopped_at


async def test_it_stops_although_a_chore_answers_its_cancellation_with_an_error() -> None:
    runs = 0

    async def run() -> None:
        nonlocal runs
        runs += 1
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            if runs == 1:
                raise DatabaseAway from None
            raise

    housekeeping = Housekeeping((Chore("test", 0.0, run),))
    housekeeping.start()
    await asyncio.sleep(0.01)
    stopping = asyncio.create_task(housekeeping.stop())
    has_stopped, _ = await asyncio.wait({stopping}, timeout=2)
    assert has_stopped
