import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

from sqlalchemy import func, select

from admin_api.upkeep import Upkeep
from mailcore import events
from mailcore.db.tables import trace
from mailcore.platform import Platform
from mailcore.trace import Trace

LONG_AGO = 1_767_225_600.0


async def eventually(is_so: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(10):
        while not await is_so():
            await asyncio.sleep(0.05)


async def test_old_traces_go_as_soon_as_it_begins(platform: Platform) -> None:
    async def traces() -> int:
        async with platform.database.read() as connection:
            count: int = (await connection.execute(select(func.count()).select_from(trace))).scalar_one()
            return count

    async def is_there() -> bool:
        return await traces() == 1

    async def is_gone() -> bool:
        return await traces() == 0

    platform.tracer.record(Trace(UUID(int=1), "ingress", LONG_AGO, events.REFUSED, 0))
    await eventually(is_there)
    upkeep = Upkeep(platform.database, platform.settings, lambda: LONG_AGO + 29 * 86_400)
    upkeep.start()
    await asyncio.sleep(0.5)
    await upkeep.stop()
    assert await traces() == 1
    upkeep = Upkeep(platform.database, platform.settings, lambda: LONG_AGO + 31 * 86_400)
    upkeep.start()
    await eventually(is_gone)
    await upkeep.stop()
