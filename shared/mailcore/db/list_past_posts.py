"""The queries by which members look back on a list's posts: what there was, and which of it is kept."""

from collections.abc import Sequence

from sqlalchemy import BigInteger, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection

from mailcore.directory.past_post import PastPost

_IDS = text(
    "SELECT id FROM list_post WHERE list_id = :list_id AND number IN :numbers AND mail IS NOT NULL"
    " AND state IN ('open', 'expanded') ORDER BY number"
).bindparams(bindparam("numbers", type_=BigInteger, expanding=True))
_LAST = text(
    "SELECT number, at, subject FROM list_post WHERE list_id = :list_id AND number BETWEEN :first AND :last"
    " AND mail IS NOT NULL AND state IN ('open', 'expanded') ORDER BY number DESC LIMIT :limit"
)


async def ids(connection: AsyncConnection, list_id: int, numbers: Sequence[int]) -> Sequence[str]:
    """Give the ids of those of the posts with these numbers that are kept, in their order."""
    if not numbers:
        return ()
    return (await connection.execute(_IDS, {"list_id": list_id, "numbers": sorted(numbers)})).scalars().all()


async def last(connection: AsyncConnection, list_id: int, between: tuple[int, int], limit: int) -> list[PastPost]:
    """Give the last `limit` of the posts between two numbers that are kept, the oldest first."""
    first, most = between
    values = {"list_id": list_id, "first": first, "last": most, "limit": limit}
    return [PastPost(*row) for row in await connection.execute(_LAST, values)][::-1]
