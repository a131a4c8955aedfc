import asyncio

import pytest

from ingress import deadline
from mailcore import replies
from mailcore.errors import BusAway, DatabaseAway, Malformed
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


async def test_what_takes_too_long_is_a_refusal_for_now() -> None:
    async def never() -> Refusal | None:
        await asyncio.Event().wait()
        return None

    assert await deadline.timely(never(), seconds=0.01) == deadline.UNAVAILABLE


async def test_a_mistake_is_not_hidden() -> None:
    with pytest.raises(Malformed):
        await deadline.timely(judged(Malformed()))
