import asyncio
from contextlib import suppress
from pathlib import Path

from mailcore.db.sqlite_connection import StoppableConnection


async def test_one_that_is_being_closed_can_be_stopped_and_the_closing_cancelled(tmp_path: Path) -> None:
    connection = await StoppableConnection(str(tmp_path / "file"))
    closing = asyncio.create_task(connection.close())
    await asyncio.sleep(0)
    stopped = connection.stop()
    closing.cancel()
    assert stopped is not None
    async with asyncio.timeout(30):
        with suppress(asyncio.CancelledError):
            await closing
        await stopped


async def test_one_that_was_stopped_can_be_closed(tmp_path: Path) -> None:
    connection = await StoppableConnection(str(tmp_path / "file"))
    stopped = connection.stop()
    assert stopped is not None
    async with asyncio.timeout(30):
        await stopped
        await connection.close()
    assert connection.stop() is None
