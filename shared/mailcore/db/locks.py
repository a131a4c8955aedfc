"""Keeping other writers out of a table for the rest of a transaction."""

from sqlalchemy import Table, text
from sqlalchemy.ext.asyncio import AsyncConnection


async def lock_table(connection: AsyncConnection, table: Table) -> None:
    """Let no other transaction change `table` until this one ends; readers go on.

    On SQLite every write transaction keeps all other writers out already.
    """
    if connection.dialect.name == "postgresql":
        await connection.execute(text(f"LOCK TABLE {table.name} IN SHARE ROW EXCLUSIVE MODE"))
