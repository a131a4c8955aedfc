"""One address, one thing: an account or an alias, whichever table has the row.

Every kind of entity that has addresses takes them here, in the transaction that makes it, and gives them back in the
one that removes it. The primary key is what two replicas cannot both get.
"""

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from mailcore.db.tables import taken_address
from mailcore.errors import Duplicate


async def take(connection: AsyncConnection, address: str, entity: str) -> None:
    """Take `address` (stored form) for an `entity` such as `account`. Raises Duplicate when another has it.

    Between this look and the commit another replica may take it; then the insert fails as a duplicate.
    """
    table = taken_address
    holder = (await connection.execute(select(table.c.entity).where(table.c.address == address))).scalar_one_or_none()
    if holder is not None:
        raise Duplicate(f"{address} is the address of an existing {holder}")
    await connection.execute(insert(table).values(address=address, entity=entity))


async def give_back(connection: AsyncConnection, address: str) -> None:
    """Let `address` be taken again."""
    await connection.execute(delete(taken_address).where(taken_address.c.address == address))
