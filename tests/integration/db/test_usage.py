import asyncio

import pytest

from mailcore.db.database import Database
from mailcore.db.usage import TRUSTED_SECONDS, KnownUsage, write_usages
from mailcore.directory.usage import Usage
from mailcore.errors import DatabaseAway
from processor.usage_book import UsageBook

ADA, BEA = "example.com/ada", "example.com/bea"


async def write(database: Database, **seen: tuple[int, int, float]) -> None:
    rows = {f"example.com/{name}": (Usage(octets, messages), at) for name, (octets, messages, at) in seen.items()}
    async with database.transaction() as connection:
        await write_usages(connection, rows)


async def test_what_was_written_is_believed_for_two_minutes(database: Database) -> None:
    known = KnownUsage(database)
    assert await known.of(ADA, 1000.0) is None
    await write(database, ada=(2**40, 7, 1000.0))
    assert await known.of(ADA, 1000.0) == Usage(2**40, 7)
    assert await known.of(ADA, 1000.0 + TRUSTED_SECONDS) == Usage(2**40, 7)
    assert await known.of(ADA, 1000.1 + TRUSTED_SECONDS) is None
    assert await known.of(BEA, 1000.0) is None


async def test_the_later_look_stays(database: Database) -> None:
    known = KnownUsage(database)
    await write(database, ada=(1, 1, 1000.0), bea=(2, 2, 1000.0))
    await write(database, ada=(3, 3, 1001.0), bea=(4, 4, 999.0))
    assert (await known.of(ADA, 1001.0), await known.of(BEA, 1001.0)) == (Usage(3, 3), Usage(2, 2))


async def test_many_who_write_the_same_rows_at_once(database: Database) -> None:
    names = [f"m{n}" for n in range(20)]
    seen = [dict.fromkeys(names[::step], (step, 1, 1000.0)) for step in (1, -1) for _ in range(4)]
    await asyncio.gather(*(write(database, **rows) for rows in seen))
    assert await KnownUsage(database).of("example.com/m0", 1000.0) is not None


async def test_the_book_writes_what_is_new_once(database: Database) -> None:
    now = 1000.0
    book = UsageBook(database, lambda: now)
    await book.write()
    for count in range(3):
        book.note(ADA, Usage(count, count))
    await book.write()
    await write(database, ada=(9, 9, 1000.5))
    now = 1000.2
    await book.write()
    assert await KnownUsage(database).of(ADA, 1001.0) == Usage(9, 9)


async def test_the_book_keeps_what_it_could_not_write() -> None:
    away = await Database.open("postgresql://nobody@127.0.0.1:1/nothing")
    book = UsageBook(away, lambda: 1000.0)
    book.note(ADA, Usage(1, 1))
    with pytest.raises(DatabaseAway):
        await book.write()
    assert book._seen == {ADA: (Usage(1, 1), 1000.0)}
    await away.close()
