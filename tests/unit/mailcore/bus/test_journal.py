import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from mailcore.bus.journal import Journal, Stored
from mailcore.bus.letter import Letter
from mailcore.errors import BusAway


@pytest.fixture
async def journal(tmp_path: Path) -> AsyncIterator[Journal]:
    """Open a journal."""
    opened = Journal(tmp_path / "journal.sqlite3")
    yield opened
    await opened.close()


def letters(*ids: str) -> list[Letter]:
    return [Letter(identity, 1, b"x" * 100) for identity in ids]


async def insert(journal: Journal, *ids: str, queue: str = "q") -> list[Stored]:
    stored: list[Stored] = []
    await asyncio.gather(*(journal.insert(queue, letter, stored.append) for letter in letters(*ids)))
    return stored


async def test_letters_are_read_in_the_order_of_their_numbers(journal: Journal) -> None:
    stored = await insert(journal, "a", "b", "c")
    await insert(journal, "elsewhere", queue="other")
    assert [one.letter.id for one in stored] == ["a", "b", "c"]
    assert await journal.read("q", 0, 10, 10_000) == stored
    assert await journal.read("q", stored[0].number, 10, 10_000) == stored[1:]
    assert await journal.read("q", stored[2].number, 10, 10_000) == []
    assert await journal.counts() == ({"q": 3, "other": 1}, 4)


async def test_reading_is_bounded_in_number_and_octets(journal: Journal) -> None:
    stored = await insert(journal, "a", "b", "c")
    assert await journal.read("q", 0, 2, 10_000) == stored[:2]
    assert await journal.read("q", 0, 10, 150) == stored[:2]
    assert await journal.read("q", 0, 10, 1) == stored[:1]


async def test_numbers_are_never_given_twice(journal: Journal) -> None:
    (first,) = await insert(journal, "a")
    deleted: list[bool] = []
    await journal.delete(first.number, deleted.append)
    await journal.delete(first.number, deleted.append)
    (second,) = await insert(journal, "b")
    assert second.number > first.number
    assert deleted == [True, False]


async def test_committed_is_told_even_when_the_caller_has_gone(journal: Journal) -> None:
    stored: list[Stored] = []
    task = asyncio.create_task(journal.insert("q", letters("a")[0], stored.append))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await journal.touch()
    assert [one.letter.id for one in stored] == ["a"]


async def test_what_fails_fails_everybody_in_the_transaction_and_nobody_after(journal: Journal) -> None:
    stored: list[Stored] = []
    with pytest.raises(BusAway):
        await journal.insert("q", Letter("\ud800", 1, b""), stored.append)
    assert stored == []
    assert len(await insert(journal, "a")) == 1


async def test_a_closed_one_takes_nothing(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.sqlite3")
    ordered = asyncio.create_task(insert(journal, "a"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    await journal.close()
    assert len(await ordered) == 1
    with pytest.raises(BusAway, match="closed"):
        await journal.touch()
