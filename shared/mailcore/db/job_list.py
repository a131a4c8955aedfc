"""Delivery jobs as an operator sees them: listed by filters, and tried sooner than they would be.

Called by the REST API. What workers do with jobs is in `jobs.py`.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from math import isfinite
from typing import Any, Literal

from sqlalchemy import RowMapping, select, tuple_, update

from mailcore.db import audit_log
from mailcore.db.database import Database
from mailcore.db.paging import Page, bad_cursor
from mailcore.db.tables import delivery_job
from mailcore.directory.stored import Entity
from mailcore.errors import Conflict, NotFound

ENTITY = "job"
"""What the audit log calls them."""

JobKind = Literal["outbound", "local", "addon", "self"]
JobState = Literal["ready", "leased", "held"]


class QueuedJob(Entity):
    """Work that waits for its next try."""

    id: str
    """Derived from the message, the effect and its target."""
    kind: JobKind
    """outbound: to another server; local: into a mailbox; addon: by a program; self: to our own SMTP port."""
    destination: str
    """Where to: a domain or an address."""
    state: JobState
    """ready: waits for its time; leased: is being tried now; held: waits for an operator."""
    attempt: int
    """How often it was tried."""
    next_attempt_at: datetime
    """When it is due."""
    message_id: str
    """The message that it came of."""
    created_at: datetime
    """Since when it waits."""
    last_error: str | None
    """Why the last try failed."""


@dataclass(frozen=True, slots=True)
class JobFilter:
    """What jobs must be like; None: anything."""

    kind: str | None = None
    state: str | None = None
    destination: str | None = None
    """This destination, or any address of this domain."""
    message_id: str | None = None
    created_before: float | None = None
    """Waiting since before this time, in seconds since the epoch."""


_COLUMNS = [column for column in delivery_job.c if column.name not in {"payload", "content", "owner", "lease_until"}]


class JobList:
    """What operators ask of the queue. Every method raises DatabaseAway."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list(self, wanted: JobFilter, cursor: str | None, limit: int) -> Page[QueuedJob]:
        """Give the jobs that match everything wanted, the longest waiting first.

        Raises Invalid for a cursor that no page gave.
        """
        table = delivery_job.c
        query = select(*_COLUMNS).order_by(table.created_at, table.id).limit(limit + 1)
        for column, value in ((table.kind, wanted.kind), (table.state, wanted.state)):
            if value is not None:
                query = query.where(column == value)
        if wanted.destination is not None:
            at_domain = table.destination.endswith(f"@{wanted.destination}", autoescape=True)
            query = query.where((table.destination == wanted.destination) | at_domain)
        if wanted.message_id is not None:
            query = query.where(table.message_id == wanted.message_id)
        if wanted.created_before is not None:
            query = query.where(table.created_at < wanted.created_before)
        if cursor is not None:
            query = query.where(tuple_(table.created_at, table.id) > tuple_(*_read_cursor(cursor)))
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).mappings().all()
        page = Page[RowMapping].of(rows, limit, _write_cursor)
        return Page(tuple(_shown(row) for row in page.items), page.next)

    async def get(self, job_id: str) -> QueuedJob:
        """Give one job. Raises NotFound."""
        async with self._database.read() as connection:
            query = select(*_COLUMNS).where(delivery_job.c.id == job_id)
            row = (await connection.execute(query)).mappings().one_or_none()
        if row is None:
            raise NotFound(f"there is no job {job_id}; perhaps it is done")
        return _shown(row)

    async def retry(self, job_id: str, author: str, now: float) -> QueuedJob:
        """Make a job due now. Raises NotFound, and Conflict when it is being tried or held."""
        change = (
            update(delivery_job)
            .where(delivery_job.c.id == job_id, delivery_job.c.state == "ready")
            .values(not_before=now)
            .returning(*_COLUMNS)
        )
        before = await self.get(job_id)
        async with self._database.transaction() as connection:
            row = (await connection.execute(change)).mappings().one_or_none()
            if row is None:
                raise Conflict(f"job {job_id} is not waiting: it is {before.state}, or done by now")
            after = _shown(row)
            await audit_log.record(
                connection,
                author=author,
                action="update",
                entity=ENTITY,
                key=job_id,
                before=before.model_dump(mode="json"),
                after=after.model_dump(mode="json"),
            )
        return after


def _shown(row: RowMapping) -> QueuedJob:
    values: dict[str, Any] = dict(row)
    due, created = values.pop("not_before"), values.pop("created_at")
    return QueuedJob(
        **values, next_attempt_at=datetime.fromtimestamp(due, UTC), created_at=datetime.fromtimestamp(created, UTC)
    )


def _write_cursor(row: RowMapping) -> str:
    return f"{row['created_at']!r} {row['id']}"


def _read_cursor(cursor: str) -> tuple[float, str]:
    at, _, job_id = cursor.partition(" ")
    try:
        created = float(at)
    except ValueError:
        raise bad_cursor() from None
    if not isfinite(created) or f"{created!r} {job_id}" != cursor:
        raise bad_cursor()
    return created, job_id
