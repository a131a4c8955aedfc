import asyncio

from processor.turns import Turns


async def test_many_work_together() -> None:
    turns, met = Turns(), asyncio.Barrier(3)

    async def work() -> None:
        async with turns.take(alone=False):
            await met.wait()

    async with asyncio.timeout(1):
        await asyncio.gather(work(), work(), work())


async def test_one_alone_waits_for_those_that_work_and_others_wait_for_it() -> None:
    turns, order, go_on = Turns(), [], asyncio.Event()

    async def work(name: str, *, alone: bool) -> None:
        async with turns.take(alone=alone):
            order.append(name)
            if name == "first":
                await go_on.wait()
            await asyncio.sleep(0)
            order.append(f"{name} done")

    tasks = [asyncio.create_task(work("first", alone=False))]
    await asyncio.sleep(0)
    tasks.append(asyncio.create_task(work("lonely", alone=True)))
    await asyncio.sleep(0)
    tasks += [asyncio.create_task(work(name, alone=False)) for name in ("late", "later")]
    await asyncio.sleep(0.01)
    assert order == ["first"]
    go_on.set()
    await asyncio.gather(*tasks)
    assert order[:4] == ["first", "first done", "lonely", "lonely done"]


async def test_two_that_want_to_be_alone_are_so_one_after_the_other() -> None:
    turns, inside = Turns(), 0

    async def work() -> None:
        nonlocal inside
        async with turns.take(alone=True):
            inside += 1
            await asyncio.sleep(0)
            assert inside == 1
            inside -= 1

    await asyncio.gather(work(), work(), work())


async def test_a_turn_given_up_while_waiting_blocks_nobody() -> None:
    turns = Turns()
    async with turns.take(alone=False):
        waiting = asyncio.create_task(turns.take(alone=True).__aenter__())
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        async with asyncio.timeout(1), turns.take(alone=False):
            pass
