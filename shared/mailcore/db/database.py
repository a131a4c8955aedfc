"""The one way to the database: connections to read, transactions to write, and one word for its absence.

Opened by each composition root; every store takes it as an argument.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Self

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from mailcore.db.engines import Dialect, postgresql_engine, read_url, sqlite_engines
from mailcore.db.failures import is_away, is_full
from mailcore.errors import DatabaseAway, DatabaseFull

_OPERATION_SECONDS = 8.0
"""With the two seconds in which a connection that hangs is let go, everything ends within ten."""
_CHECK_SECONDS = 3.0


class Database:
    """PostgreSQL or SQLite, by the same statements. Recovers by itself once the server is back."""

    def __init__(self, dialect: Dialect, reader: AsyncEngine, writer: AsyncEngine) -> None:
        self.dialect: Dialect = dialect
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(cls, url: str) -> Self:
        """Prepare for `url`: `postgresql://...` or `sqlite:///absolute/path`. Connects only when first used.

        Raises ConfigurationError when the URL is neither.
        """
        dialect, parsed = read_url(url)
        if dialect == "sqlite":
            return cls(dialect, *sqlite_engines(parsed))
        engine = postgresql_engine(parsed)
        return cls(dialect, engine.execution_options(isolation_level="AUTOCOMMIT"), engine)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Lend a connection to read with. Every statement sees what was committed before it began.

        Raises DatabaseAway, also when the block takes more than 8 s.
        """
        async with _within(_OPERATION_SECONDS), self._reader.connect() as connection:
            yield connection

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """Lend a connection whose changes are committed at the end of the block, or undone when it raises.

        On SQLite one transaction runs at a time. Raises DatabaseAway, also when the block takes more than 8 s; then
        the changes may or may not have been committed.
        """
        async with _within(_OPERATION_SECONDS), self._writer.begin() as connection:
            yield connection

    async def check(self) -> None:
        """Return when the database answers; raise DatabaseAway otherwise, within 5 s."""
        async with _within(_CHECK_SECONDS), self._reader.connect() as connection:
            await connection.execute(text("SELECT 1"))

    async def close(self) -> None:
        """Let go of every connection."""
        await self._reader.dispose()
        await self._writer.dispose()


@asynccontextmanager
async def _within(seconds: float) -> AsyncIterator[None]:
    """Turn what says that the database is away, and taking too long, into DatabaseAway."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except Exception as error:
        # Every error passes here; only those that mean absence are renamed.
        if is_away(error) and is_full(error):
            raise DatabaseFull("the database has no space left") from error
        if is_away(error):
            raise DatabaseAway(f"the database is away: {type(error).__name__}") from error
        raise
