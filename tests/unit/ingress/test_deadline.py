import asyncio

import pytest

from ingress import deadline
from mailcore import replies
from mailcore.errors import BusAway, DatabaseAway, DatabaseFull, Malformed
from maildecide.session.stages import Refusal


async def judged(result: Refusal | Exception | None) -> Refusal | None:
    if isinstance(result, Exception):
        raise result
    return result


@pytest.mark.parametrize("refusal", [None, Refusal("relay", replies.AUTHENTICATION_REQUIRED)])
async def test_a_judgement_is_given_on(refusal: Refusal | None) -> None:
    assert await deadline.timely(judged(refusal)) is refusal


@pytest.mark.parametrize("failure", [DatabaseAway(), BusAway()])
async def test_what_is_away_is_a_refusal_for_now(failure: Exception) -> None:
    assert await deadline.timely(judged(failure)) == Refusal("unavailable", replies.TRY_AGAIN_LATER)


async def test_a_full_disk_is_told_apart() -> None:
    assert await deadline.timely(judged(DatabaseFull())) == Refusal("unavailable", replies.STORAGE_FULL)


async def test_what_takes_too_long_is_a_refusal_for_now() -> None:
    async def never() -> Refusal | None:
        await asyncio.Event().wait()
        return None

    assert await deadline.timely(never(), seconds=0.01) == deadline.UNAVAILABLE


async def test_a_mistake_is_not_hidden() -> None:
    with pytest.raises(Malformed):
        await deadline.timely(judged(Malformed()))


async def test_what_must_be_waited_for_is_waited_for() -> None:
    async def later() -> str:
        found = []
        for number in range(3):
            await asyncio.sleep(0)
            found.append(await asyncio.to_thread(str, number))
        return "".join(found)

    assert await deadline.timely(later()) == "012"


async def test_work_that_waits_is_cancelled_with_its_session() -> None:
    heard = []

    async def works() -> str:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            await asyncio.sleep(0)
            heard.append("cancelled")
            raise
        return ""

    task = asyncio.create_task(deadline.timely(works()))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert heard == ["cancelled"]


async def test_work_may_end_well_although_its_first_wait_failed() -> None:
    async def mends() -> str:
        future = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_soon(future.set_exception, OSError())
        try:
            await future
        except OSError:
            return "mended"
        return ""

    assert await deadline.timely(mends()) == "mended"


async def test_a_cancellation_that_work_survives_is_survived() -> None:
    async def stubborn() -> str:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            await asyncio.sleep(0)
        return "done"

    task = asyncio.create_task(deadline.timely(stubborn()))
    await asyncio.sleep(0)
    task.cancel()
    assert await task == "done"
