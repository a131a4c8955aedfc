import asyncio

import pytest

from mailcore.db.lookup_cache import LookupCache
from mailcore.errors import DatabaseAway


class Source:
    """Answers when it is told to, and counts what it was asked."""

    def __init__(self, **stored: int) -> None:
        self.stored = stored
        self.asked: list[str] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.failure: Exception | None = None

    async def load(self, key: str) -> int | None:
        """Give what was stored when it was asked, once the gate is open."""
        self.asked.append(key)
        found = self.stored.get(key)
        await self.gate.wait()
        if self.failure:
            raise self.failure
        return found


class Clock:
    """Shows the time it was set to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """Give the time."""
        return self.now


async def test_found_and_missing_are_each_asked_for_once() -> None:
    source = Source(a=1)
    cache = LookupCache(source.load)
    assert [await cache.get(key) for key in "abab"] == [1, None, 1, None]
    assert source.asked == ["a", "b"]


async def test_remembered_answer_does_not_suspend() -> None:
    source = Source(a=1)
    cache = LookupCache(source.load)
    await cache.get("a")
    with pytest.raises(StopIteration) as result:
        cache.get("a").send(None)
    assert result.value.value == 1


async def test_nothing_is_kept_longer_than_a_minute() -> None:
    clock, source = Clock(), Source(a=1)
    cache = LookupCache(source.load, timer=clock)
    await cache.get("a")
    await cache.get("b")
    clock.now = 61
    source.stored = {"b": 2}
    assert (await cache.get("a"), await cache.get("b")) == (None, 2)


async def test_drop_forgets_presence_and_absence() -> None:
    source = Source(a=1)
    cache = LookupCache(source.load)
    await cache.get("a")
    await cache.get("b")
    source.stored = {"b": 2}
    cache.drop("a")
    cache.drop("b")
    assert (await cache.get("a"), await cache.get("b")) == (None, 2)


async def test_many_who_ask_at_once_cost_one_query() -> None:
    source = Source(a=1)
    source.gate.clear()
    cache = LookupCache(source.load)
    asking = asyncio.gather(*(cache.get("a") for _ in range(20)))
    await asyncio.sleep(0)
    source.gate.set()
    assert await asking == [1] * 20
    assert source.asked == ["a"]


async def test_answer_that_a_change_overtook_is_not_kept() -> None:
    source = Source(a=1)
    source.gate.clear()
    cache = LookupCache(source.load)
    early = asyncio.create_task(cache.get("a"))
    await asyncio.sleep(0.01)
    source.stored = {"a": 2}
    cache.drop("a")
    late = asyncio.create_task(cache.get("a"))
    await asyncio.sleep(0.01)
    source.gate.set()
    assert (await early, await late) == (1, 2)
    assert await cache.get("a") == 2
    assert source.asked == ["a", "a"]


async def test_forgetting_everything_disowns_queries_under_way_too() -> None:
    source = Source(a=1)
    source.gate.clear()
    cache = LookupCache(source.load)
    early = asyncio.create_task(cache.get("a"))
    await asyncio.sleep(0.01)
    source.stored = {}
    cache.clear()
    source.gate.set()
    assert await early == 1
    assert await cache.get("a") is None


async def test_one_who_gives_up_does_not_take_the_others_along() -> None:
    source = Source(a=1)
    source.gate.clear()
    cache = LookupCache(source.load)
    first, second = asyncio.create_task(cache.get("a")), asyncio.create_task(cache.get("a"))
    await asyncio.sleep(0.01)
    first.cancel()
    await asyncio.sleep(0.01)
    source.gate.set()
    assert await second == 1


async def test_failure_reaches_everybody_and_is_not_kept() -> None:
    source = Source(a=1)
    source.failure = DatabaseAway()
    cache = LookupCache(source.load)
    answers = await asyncio.gather(cache.get("a"), cache.get("a"), return_exceptions=True)
    assert [type(answer) for answer in answers] == [DatabaseAway, DatabaseAway]
    source.failure = None
    assert await cache.get("a") == 1


async def test_guessed_names_do_not_push_out_what_exists() -> None:
    source = Source(a=1)
    cache = LookupCache(source.load, most=10)
    await cache.get("a")
    for number in range(100):
        await cache.get(f"guess{number}")
    await cache.get("a")
    assert source.asked.count("a") == 1
