"""Waits until posts to mailing lists have been sent out, where row 13 has clients wait for that.

The message is durable by then, and the client gets its 250 in any case: at last after 300 s, or when the process stops.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

from mailcore.db import list_posts
from mailcore.db.database import Database
from mailcore.errors import DatabaseAway

MOST_SECONDS = 300.0
_LOOK_SECONDS = 0.05
_SLOWEST = 0.5


class Patience:
    """That of all sessions of a process."""

    def __init__(self, database: Database, *, most: float = MOST_SECONDS) -> None:
        """`most`: seconds that a client waits at last."""
        self._database = database
        self._most = most
        self._is_over = asyncio.Event()

    def end(self) -> None:
        """Let nobody wait any more."""
        self._is_over.set()

    async def wait(self, posts: Sequence[str]) -> None:
        """Return when each of `posts` (ids) is expanded or will not be, or the time is over."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._most):
                await self._wait(set(posts))

    async def _wait(self, waiting: set[str]) -> None:
        pause = _LOOK_SECONDS
        while waiting and not self._is_over.is_set():
            with suppress(DatabaseAway):
                async with self._database.read() as connection:
                    waiting -= await list_posts.settled(connection, sorted(waiting))
            if not waiting:
                return
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._is_over.wait()
            pause = min(pause * 1.2, _SLOWEST)
