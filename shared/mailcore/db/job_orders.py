"""What operators do to delivery jobs: try one now, hold it, release it, remove it; or all that match a filter.

A job that is being tried is left to its worker. Each order is in the audit log; a removal, of which no sender is told,
is in the trace of its message too.
"""

from collections.abc import Sequence
from time import time
from typing import Literal
from uuid import UUID

from sqlalchemy import RowMapping, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from mailcore import events
from mailcore.db import audit_log, content_refs, destinations
from mailcore.db.database import Database
from mailcore.db.job_list import ENTITY, JOB_COLUMNS, JobFilter, QueuedJob, matching, shown
from mailcore.db.tables import delivery_job
from mailcore.errors import Conflict, NotFound
from mailcore.trace import Trace, TraceEvent, Tracer, TraceRecipient

Order = Literal["retry", "hold", "release", "remove"]

_FROM: dict[Order, tuple[str, ...]] = {
    "retry": ("ready",),
    "hold": ("ready",),
    "release": ("held",),
    "remove": ("ready", "held"),
}
"""In which states a job can be given an order."""
_PORTION = 500


class JobOrders:
    """Gives orders. Every method raises DatabaseAway."""

    def __init__(self, database: Database, tracer: Tracer) -> None:
        self._database = database
        self._tracer = tracer

    async def give(self, order: Order, job_id: str, author: str) -> QueuedJob:
        """Give an order to one job; give it as it is then, or was. Raises NotFound, and Conflict in other states."""
        table = delivery_job.c
        async with self._database.transaction() as conn:
            before = (await conn.execute(select(*JOB_COLUMNS).where(table.id == job_id))).mappings().one_or_none()
            if before is None:
                raise NotFound(f"there is no job {job_id}; perhaps it is done")
            done = await _carry_out(conn, order, [job_id])
            if not done:
                raise Conflict(f"job {job_id} cannot be given this order: it is {before['state']}, or done by now")
            await audit_log.record(
                conn,
                author=author,
                action="delete" if order == "remove" else "update",
                entity=ENTITY,
                key=job_id,
                before=shown(before).model_dump(mode="json"),
                after=None if order == "remove" else shown(done[0]).model_dump(mode="json"),
            )
        self._trace(order, done, author)
        return shown(done[0])

    async def give_all(self, order: Order, wanted: JobFilter, author: str) -> int:
        """Give an order to all jobs that match and are in a state for it; give how many.

        In portions, each in a transaction of its own, so that mail never waits for long.
        """
        count, after = 0, ""
        while True:
            async with self._database.transaction() as conn:
                query = (
                    select(delivery_job.c.id)
                    .where(*matching(wanted), delivery_job.c.state.in_(_FROM[order]), delivery_job.c.id > after)
                    .order_by(delivery_job.c.id)
                    .limit(_PORTION)
                )
                ids = list((await conn.execute(query)).scalars())
                done = await _carry_out(conn, order, ids)
                for row in done:
                    await audit_log.record(
                        conn,
                        author=author,
                        action="delete" if order == "remove" else "update",
                        entity=ENTITY,
                        key=row["id"],
                        before=None,
                        after={"order": order},
                    )
            self._trace(order, done, author)
            count += len(done)
            if len(ids) < _PORTION:
                return count
            after = ids[-1]

    def _trace(self, order: Order, rows: Sequence[RowMapping], author: str) -> None:
        for job in map(shown, rows) if order == "remove" else ():
            detail = {"job": job.id, "destination": job.destination, "author": author}
            event = TraceEvent(time(), "delivery", events.REMOVED, decided_by=job.kind, detail=detail)
            self._tracer.record(
                Trace(
                    message_id=UUID(job.message_id),
                    service="admin-api",
                    at=event.at,
                    outcome=events.DISCARDED,
                    settings_revision=0,
                    sender=job.sender,
                    recipients=tuple(TraceRecipient(one, events.DISCARDED) for one in job.recipients),
                    events=(event,),
                )
            )


async def _carry_out(conn: AsyncConnection, order: Order, ids: Sequence[str]) -> list[RowMapping]:
    """Change the jobs among `ids` that are in a state for it; give their rows as they are then, or were."""
    table, now = delivery_job.c, time()
    chosen = (table.id.in_(ids), table.state.in_(_FROM[order]))
    if order == "remove":
        gone = await conn.execute(delete(delivery_job).where(*chosen).returning(*JOB_COLUMNS, table.content))
        rows = list(gone.mappings())
        for row in rows:
            if row["content"] is not None:
                await content_refs.drop(conn, row["content"], content_refs.job_holder(row["id"]), now)
        return rows
    values = {"state": "held"} if order == "hold" else {"state": "ready", "not_before": now}
    changed = await conn.execute(update(delivery_job).where(*chosen).values(values).returning(*JOB_COLUMNS))
    rows = list(changed.mappings())
    if order == "retry":
        # Whoever wants it now does not want it to wait for its destination's rest.
        await destinations.wake(conn, {row["destination"] for row in rows})
    return rows
