import asyncio

import pytest

from mailcore.dns.sharing import SharedWork


class Work:
    """Work that ends when the test says so."""

    def __init__(self) -> None:
        self.begun = 0
        self.given_up = 0
        self.may_end = asyncio.Event()

    async def __call__(self) -> str:
        """Do it."""
        self.begun += 1
        try:
            await self.may_end.wait()
        except asyncio.CancelledError:
            self.given_up += 1
            raise
        return "done"


async def test_all_wait_for_one_piece_of_work() -> None:
    shared: SharedWork[str, str] = SharedWork()
    work = Work()
    waiting = [asyncio.create_task(shared.join("a", work)) for _ in range(5)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    await asyncio.sleep(0.01)
    work.may_end.set()
    assert await asyncio.gather(*waiting[1:]) == ["done"] * 4
    assert (work.begun, work.given_up, len(shared)) == (1, 0, 0)


async def test_other_keys_are_other_work() -> None:
    shared: SharedWork[str, str] = SharedWork()
    work = Work()
    work.may_end.set()
    await asyncio.gather(shared.join("a", work), shared.join("b", work))
    assert work.begun == 2


async def test_work_that_nobody_waits_for_is_given_up() -> None:
    shared: SharedWork[str, str] = SharedWork()
    work = Work()
    waiting = [asyncio.create_task(shared.join("a", work)) for _ in range(3)]
    await asyncio.sleep(0.01)
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    assert len(shared) == 0
    later = asyncio.create_task(shared.join("a", work))
    await asyncio.sleep(0.01)
    assert (work.begun, work.given_up) == (2, 1)
    work.may_end.set()
    assert await later == "done"


async def test_a_failure_is_everybodys() -> None:
    async def fail() -> str:
        await asyncio.sleep(0)
        raise OSError("no")

    shared: SharedWork[str, str] = SharedWork()
    results = await asyncio.gather(shared.join("a", fail), shared.join("a", fail), return_exceptions=True)
    assert [type(result) for result in results] == [OSError, OSError]
    with pytest.raises(OSError, match="no"):
        await shared.join("a", fail)
