"""Which jobs for addons a worker may take: no more of one addon than it may have in hand, whatever else waits.

So an addon that hangs keeps its own mail waiting and nobody else's. The destination of such a job is its addon.
"""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from mailcore.db.jobs import Job

_DUE = "((state = 'ready' AND not_before <= :now) OR (state = 'leased' AND lease_until < :now))"
_CLAIM = (
    "WITH busy AS ("  # noqa: S608 - no value in it
    " SELECT destination, count(*) AS jobs FROM delivery_job"
    " WHERE kind = 'addon' AND state = 'leased' AND owner = :owner AND lease_until >= :now GROUP BY destination"
    "), due AS ("
    " SELECT id, not_before, destination,"
    " row_number() OVER (PARTITION BY destination ORDER BY not_before, id) AS place"
    f" FROM delivery_job WHERE kind = 'addon' AND {_DUE}"
    "), chosen AS ("
    " SELECT due.id AS id FROM due LEFT JOIN busy ON busy.destination = due.destination"
    " WHERE due.place + coalesce(busy.jobs, 0) <= :most ORDER BY due.not_before, due.id LIMIT :limit"
    ")"
    " UPDATE delivery_job SET state = 'leased', owner = :owner, lease_until = :lease_until, attempt = attempt + 1"
    f" WHERE id IN (SELECT id FROM delivery_job WHERE id IN (SELECT id FROM chosen) AND {_DUE}{{lock}})"
    " RETURNING id, kind, destination, attempt, message_id, payload, content, created_at"
)
_CLAIM_BY_DIALECT = {
    "postgresql": text(_CLAIM.format(lock=" FOR UPDATE SKIP LOCKED")),
    "sqlite": text(_CLAIM.format(lock="")),
}


async def claim(
    conn: AsyncConnection, most: int, *, owner: str, now: float, lease_until: float, limit: int
) -> list[Job]:
    """Lease to `owner` at most `limit` jobs, of each addon so many that it has at most `most`: those longest due."""
    values = {"owner": owner, "now": now, "lease_until": lease_until, "most": most, "limit": limit}
    return [Job(*row) for row in await conn.execute(_CLAIM_BY_DIALECT[conn.dialect.name], values)]
