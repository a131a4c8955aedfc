"""Waiting for what happens elsewhere."""

import asyncio
from collections.abc import Callable
from typing import Any

from mailcore.db.database import Database
from mailcore.db.tables import delivery_job


async def until(condition: Callable[[], Any], seconds: float = 10.0) -> None:
    """Wait until `condition`, plain or a coroutine function, holds."""
    async with asyncio.timeout(seconds):
        while True:
            result = condition()
            if asyncio.iscoroutine(result):
                result = await result
            if result:
                return
            await asyncio.sleep(0.02)


async def until_retried(database: Database, condition: Callable[[], Any], seconds: float = 20.0) -> None:
    """Wait until `condition` holds and have every job due meanwhile.

    Again and again, since a try that is under way decides when the next one is due after its work has been seen.
    """

    async def holds() -> Any:
        async with database.transaction() as connection:
            # No row is touched twice: a claim passes over what is locked, and comes again seconds later.
            ready = delivery_job.update().where(delivery_job.c.state == "ready", delivery_job.c.not_before > 0.0)
            await connection.execute(ready.values(not_before=0.0))
        result = condition()
        return await result if asyncio.iscoroutine(result) else result

    await until(holds, seconds)
