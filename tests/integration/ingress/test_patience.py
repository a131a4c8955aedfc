"""How long a client waits for its post (row 13): until that is served, the time is over, or the process stops."""

import asyncio

from tests.integration.ingress.running import Ingress

from ingress.patience import Patience
from mailcore.db import list_posts

LONG = 600.0
"""Seconds: longer than any test."""


async def settle(ingress: Ingress, *posts: str) -> None:
    async with ingress.platform.database.transaction() as connection:
        await list_posts.settle(connection, posts, 1.0)


async def test_it_ends_with_the_last_post(ingress: Ingress) -> None:
    waiting = asyncio.create_task(Patience(ingress.platform.database, most=LONG).wait(["one", "two"]))
    await settle(ingress, "two")
    await asyncio.sleep(0.3)
    assert not waiting.done()
    await settle(ingress, "one")
    await asyncio.wait_for(waiting, 20)


async def test_it_ends_when_the_time_is_over(ingress: Ingress) -> None:
    await asyncio.wait_for(Patience(ingress.platform.database, most=0.1).wait(["never"]), 20)


async def test_it_ends_for_all_when_the_process_stops_and_for_those_who_come_then(ingress: Ingress) -> None:
    patience = Patience(ingress.platform.database, most=LONG)
    waiting = asyncio.create_task(patience.wait(["never"]))
    await asyncio.sleep(0)
    patience.end()
    await asyncio.wait_for(waiting, 20)
    await asyncio.wait_for(patience.wait(["never"]), 20)
