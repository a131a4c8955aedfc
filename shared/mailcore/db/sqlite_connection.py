"""A connection to SQLite that can be stopped twice.

aiosqlite's own waits for ever for its second end: its thread has ended with the first and answers nobody. SQLAlchemy
ends a connection twice when whoever held it was cancelled and is cancelled again, as at the end of a process.
"""

import asyncio
import sqlite3
from functools import partial
from typing import Any

import aiosqlite

_ROWS_AT_ONCE = 64


class StoppableConnection(aiosqlite.Connection):
    """Implements it; the thread does not hold up the end of the process."""

    def __init__(self, database: str, **options: Any) -> None:
        """`options`: those of `sqlite3.connect`. Connects when it is awaited."""
        super().__init__(partial(sqlite3.connect, database, **options), _ROWS_AT_ONCE)
        self._thread.daemon = True

    def stop(self) -> asyncio.Future[Any] | None:
        """End the thread once; give what to wait for, None when it has been told before."""
        return super().stop() if self._running else None
