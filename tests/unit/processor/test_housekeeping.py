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
