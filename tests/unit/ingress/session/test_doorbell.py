import asyncio

import pytest

from ingress.session.doorbell import Doorbell


async def wait_for(doorbell: Doorbell, heard: list[str]) -> None:
    while True:
        await doorbell
        heard.append("rung")


async def test_outside_of_tasks_it_runs_the_task_at_once() -> None:
    loop = asyncio.get_running_loop()
    doorbell, heard = Doorbell(loop), list[str]()
    task = loop.create_task(wait_for(doorbell, heard))
    await asyncio.sleep(0)
    assert doorbell.is_awaited
    seen: list[int] = []

    def ring_twice() -> None:
        for _ in range(2):
            doorbell.ring()
            seen.append(len(heard))

    loop.call_soon(ring_twice)
    await asyncio.sleep(0)
    assert seen == [1, 2]
    task.cancel()


async def test_inside_a_task_the_other_runs_next() -> None:
    loop = asyncio.get_running_loop()
    doorbell, heard = Doorbell(loop), list[str]()
    task = loop.create_task(wait_for(doorbell, heard))
    await asyncio.sleep(0)
    doorbell.ring()
    doorbell.ring()
    assert heard == []
    await asyncio.sleep(0)
    assert heard == ["rung"]
    task.cancel()


async def test_nobody_waits() -> None:
    doorbell = Doorbell(asyncio.get_running_loop())
    doorbell.ring()
    assert not doorbell.is_awaited


async def test_a_waiting_task_can_be_cancelled() -> None:
    loop = asyncio.get_running_loop()
    doorbell, heard = Doorbell(loop), list[str]()
    task = loop.create_task(wait_for(doorbell, heard))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not doorbell.is_awaited
    assert heard == []


async def test_it_can_be_waited_for_with_a_time_limit_inside_the_task() -> None:
    async def wait() -> str:
        try:
            async with asyncio.timeout(0.01):
                await Doorbell(asyncio.get_running_loop())
        except TimeoutError:
            return "late"
        return "rung"

    assert await asyncio.get_running_loop().create_task(wait()) == "late"
