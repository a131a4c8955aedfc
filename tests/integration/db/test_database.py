import asyncio

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.exc import OperationalError as SqlMistake

from mailcore.db.database import Database
from mailcore.db.tables import content_ref

ONE = {"content": "c", "holder": "h", "at": 1.0}


async def count(database: Database) -> int:
    async with database.read() as connection:
        found: int = (await connection.execute(select(func.count()).select_from(content_ref))).scalar_one()
        return found


async def test_transaction_is_committed_at_its_end(database: Database) -> None:
    async with database.transaction() as connection:
        await connection.execute(insert(content_ref).values(ONE))
    assert await count(database) == 1


async def test_transaction_that_raises_leaves_nothing(database: Database) -> None:
    async def fail() -> None:
        async with database.transaction() as connection:
            await connection.execute(insert(content_ref).values(ONE))
            raise LookupError

    with pytest.raises(LookupError):
        await fail()
    assert await count(database) == 0


async def test_transaction_that_is_cancelled_leaves_nothing_and_blocks_nobody(database: Database) -> None:
    began = asyncio.Event()

    async def hold() -> None:
        async with database.transaction() as connection:
            await connection.execute(insert(content_ref).values(ONE))
            began.set()
            await asyncio.sleep(60)

    task = asyncio.create_task(hold())
    await began.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    async with database.transaction() as connection:
        await connection.execute(insert(content_ref).values(ONE | {"holder": "other"}))
    assert await count(database) == 1


@pytest.mark.parametrize("again", [0, 1, 3, 6])
async def test_transaction_that_is_cancelled_twice_at_any_step_blocks_nobody(database: Database, again: int) -> None:
    async def work() -> None:
        async with database.transaction() as connection:
            await connection.execute(insert(content_ref).values(ONE))
            await connection.execute(select(content_ref))

    for steps in range(20):
        task = asyncio.create_task(work())
        await _pass(steps)
        task.cancel()
        await _pass(again)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        async with database.transaction() as connection:
            await connection.execute(content_ref.delete())
    alone = {asyncio.current_task()}
    async with asyncio.timeout(30):
        while asyncio.all_tasks() != alone:  # what ends connections behind the cancelled ones' backs
            await asyncio.sleep(0.01)


async def _pass(steps: int) -> None:
    for _ in range(steps):
        await asyncio.sleep(0)


async def test_reader_does_not_wait_for_a_writer(database: Database) -> None:
    async with database.transaction() as connection:
        await connection.execute(insert(content_ref).values(ONE))
        async with asyncio.timeout(1):
            assert await count(database) == 0


async def test_many_writers_at_once_all_succeed(database: Database) -> None:
    async def write(number: int) -> None:
        async with database.transaction() as connection:
            await connection.execute(insert(content_ref).values(ONE | {"holder": str(number)}))

    await asyncio.gather(*(write(number) for number in range(50)))
    assert await count(database) == 50


async def test_mistakes_keep_their_names(database: Database) -> None:
    async with database.transaction() as connection:
        await connection.execute(insert(content_ref).values(ONE))
    with pytest.raises(IntegrityError):
        async with database.transaction() as connection:
            await connection.execute(insert(content_ref).values(ONE))
    with pytest.raises((ProgrammingError, SqlMistake)):
        async with database.read() as connection:
            await connection.execute(text("SELECT 1 FROM nowhere"))


async def test_check_returns_when_it_answers(database: Database) -> None:
    await database.check()


async def test_failure_with_a_file_in_a_block_is_not_the_databases(database: Database) -> None:
    with pytest.raises(FileNotFoundError):
        async with database.transaction():
            raise FileNotFoundError(2, "missing", "/nowhere")
