"""A transaction under way, for stores that make one each: what they change comes true together, or not at all."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncConnection

from mailcore.db.database import Database


class OneTransaction(Database):
    """Lends the same connection to all; each change is a savepoint, undone alone when it fails."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.dialect = "sqlite" if connection.dialect.name == "sqlite" else "postgresql"
        self._connection = connection

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Lend the connection, which sees what the transaction has changed so far."""
        yield self._connection

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """Lend the connection; what the block changes is undone when it raises."""
        async with self._connection.begin_nested():
            yield self._connection
