"""Jobs that are done: remembered for as long as the message they came of may be processed again.

A message whose acknowledgement was lost comes back from the bus, perhaps after its jobs have ended. Without this, its
mail would go out a second time.
"""

from collections.abc import Collection

from sqlalchemy import Text, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection

_REMEMBERED = 7 * 86_400.0
_PUT = text("INSERT INTO finished_job (id, at) VALUES (:id, :now) ON CONFLICT (id) DO NOTHING")
_KNOWN = text("SELECT id FROM finished_job WHERE id IN :ids").bindparams(bindparam("ids", type_=Text, expanding=True))
_FORGET = text("DELETE FROM finished_job WHERE at < :before")


async def put(conn: AsyncConnection, job_id: str, now: float) -> None:
    """Remember that a job is done."""
    await conn.execute(_PUT, {"id": job_id, "now": now})


async def among(conn: AsyncConnection, job_ids: Collection[str]) -> set[str]:
    """Give those of `job_ids` that are done."""
    if not job_ids:
        return set()
    return {row[0] for row in await conn.execute(_KNOWN, {"ids": sorted(job_ids)})}


async def forget_old(conn: AsyncConnection, now: float) -> None:
    """Forget those that were done a week ago."""
    await conn.execute(_FORGET, {"before": now - _REMEMBERED})
