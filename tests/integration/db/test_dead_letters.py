"""Dead letters in the database: kept, paged, replaced by newer ones."""

from typing import Any

import msgspec
from tests.builders import an_incoming
from tests.fakes.bus import MemoryBus

from mailcore.bus.topology import INCOMING
from mailcore.db import dead_letters
from mailcore.db.database import Database
from mailcore.db.dead_letters import DeadLetter
from mailcore.mail.content import StoredContent
from mailcore.mail.incoming import encode

NOW = 1_767_225_600.0


def a_letter(letter_id: str = "a", **changes: Any) -> DeadLetter:
    mail = an_incoming()
    letter = DeadLetter(letter_id, INCOMING, str(mail.id), encode(mail), 6, "poison", NOW)
    return msgspec.structs.replace(letter, **changes)


async def put(database: Database, *letters: DeadLetter) -> None:
    async with database.transaction() as conn:
        for letter in letters:
            await dead_letters.put(conn, letter)


async def test_a_letter_is_kept_as_it_is(database: Database) -> None:
    await put(database, a_letter())
    async with database.read() as conn:
        assert await dead_letters.get(conn, "a") == a_letter()
        assert await dead_letters.get(conn, "b") is None


async def test_nul_in_a_reason_is_shown(database: Database) -> None:
    await put(database, a_letter(reason="a\0b"))
    async with database.read() as conn:
        letter = await dead_letters.get(conn, "a")
    assert letter is not None
    assert letter.reason == "a␀b"


async def test_a_newer_letter_takes_the_place_of_an_older(database: Database) -> None:
    await put(database, a_letter())
    await put(database, a_letter(reason="again", at=NOW + 1))
    async with database.read() as conn:
        assert [letter.reason for letter in await dead_letters.page(conn, limit=10)] == ["again"]


async def test_pages_follow_each_other(database: Database) -> None:
    await put(database, *(a_letter(str(number), at=NOW + number // 2) for number in range(7)))
    seen: list[str] = []
    after = None
    async with database.read() as conn:
        while some := await dead_letters.page(conn, limit=3, after=after):
            seen += [letter.id for letter in some]
            after = (some[-1].at, some[-1].id)
    assert seen == ["6", "5", "4", "3", "2", "1", "0"]


async def test_a_letter_without_its_content_is_kept_all_the_same(database: Database) -> None:
    mail = an_incoming(content=StoredContent("ab" * 16, 100))
    await put(database, a_letter(body=encode(mail)))
    async with database.read() as conn:
        letter = await dead_letters.get(conn, "a")
    assert letter is not None
    assert letter.content() == StoredContent("ab" * 16, 100)


async def test_a_replay_publishes_under_the_id_of_the_message(database: Database) -> None:
    bus = MemoryBus()
    await put(database, a_letter())
    assert await dead_letters.replay(database, bus, "a", NOW + 1)
    (published,) = bus.published
    assert (published.queue, published.id, published.body) == (INCOMING, str(an_incoming().id), a_letter().body)
    assert not await dead_letters.replay(database, bus, "a", NOW + 2)


async def test_what_is_no_message_holds_no_content() -> None:
    assert a_letter(body=b"?").content() is None
    assert a_letter(queue="another").content() is None
