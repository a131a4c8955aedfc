import asyncio

import pytest

from ingress.turnstile import Turnstile


async def test_one_at_a_time_for_each_key() -> None:
    turnstile = Turnstile()
    inside: list[str] = []
    most: dict[str, int] = {}

    async def enter(key: str) -> None:
        async with turnstile.turn(key):
            inside.append(key)
            most[key] = max(most.get(key, 0), inside.count(key))
            await asyncio.sleep(0)
            inside.remove(key)

    await asyncio.gather(*(enter(key) for key in "ab" * 10))
    assert most == {"a": 1, "b": 1}
    assert len(turnstile) == 0


async def test_other_keys_do_not_wait() -> None:
    turnstile = Turnstile()
    async with turnstile.turn("a"), asyncio.timeout(1), turnstile.turn("b"):
        assert len(turnstile) == 2


async def test_who_goes_away_or_fails_holds_up_nobody() -> None:
    turnstile = Turnstile()

    async def fail() -> None:
        async with turnstile.turn("a"):
            waiting = asyncio.create_task(turnstile.turn("a").__aenter__())
            await asyncio.sleep(0)
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
            raise ValueError("why")

    with pytest.raises(ValueError, match="why"):
        await fail()
    assert len(turnstile) == 0
