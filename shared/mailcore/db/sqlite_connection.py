"""Connections to SQLite that end whatever they are in the middle of, however often they are ended.

Whoever holds a connection may be cancelled at any step, and once more while the connection is let go for that reason;
SQLAlchemy ends it twice then. Without what is here

- SQLite keeps the locks of a transaction until the last of its statements is gone, and with them every writer out:
  for as long as anything refers to a cursor, closed connection or not;
- aiosqlite waits for ever for its second end, since its thread has ended with the first and answers nobody.
"""

import asyncio
import sqlite3
from functools import partial
from typing import Any

import aiosqlite

_ROWS_AT_ONCE = 64


class RollingBack(sqlite3.Connection):
    """Gives up its locks when it is closed."""

    _is_closed = False

    def close(self) -> None:
        """Undo what is not committed, and close; nothing when it is closed already."""
        if not self._is_closed:
            self._is_closed = True
            self.rollback()
            super().close()


class StoppableConnection(aiosqlite.Connection):
    """Has a thread of its own, which does not hold up the end of the process."""

    def __init__(self, database: str, **options: Any) -> None:
        """`options`: those of `sqlite3.connect`. Connects when it is awaited."""
        super().__init__(partial(sqlite3.connect, database, factory=RollingBack, **options), _ROWS_AT_ONCE)
        self._thread.daemon = True

    def stop(self) -> asyncio.Future[Any] | None:
        """End the thread once; give what to wait for, None when it has been told before."""
        return super().stop() if self._running else None
