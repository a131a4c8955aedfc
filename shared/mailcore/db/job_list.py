"""Delivery jobs as an operator sees them: listed by filters.

Called by the REST API. What operators do to jobs is in `job_orders.py`, what workers do in `jobs.py`.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from math import isfinite
from time import time
from typing import Any, Literal

from sqlalchemy import ColumnElement, RowMapping, func, select, tuple_

from mailcore.db import queued_destinations
from mailcore.db.database import Database
from mailcore.db.paging import Page, bad_cursor
from mailcore.db.queued_destinations import QueuedDestination
from mailcore.db.tables import delivery_job
from mailcore.directory.stored import Entity
from mailcore.errors import NotFound

ENTITY = "job"
"""What the audit log calls them."""

JobKind = Literal["outbound", "local", "addon", "self", "list"]
JobState = Literal["ready", "leased", "held"]


class QueuedJob(Entity):
    """Work that waits for its next try."""

    id: str
    """Derived from the message, the effect and its target."""
    kind: JobKind
    """outbound: to another server; local: a mailbox; addon: a program; self: our own SMTP port; list: for a list."""
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
    sender: str | None
    """The envelope sender; empty for the null sender, null where it is not known."""
    recipients: tuple[str, ...]
    """Who is still to get it."""


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
    sender: str | None = None
    """The envelope sender; empty for the null sender."""
    recipient: str | None = None
    """One of those who are still to get it."""

    @property
    def is_empty(self) -> bool:
        """Whether every job matches."""
        return self == JobFilter()


_INNER = frozenset({"payload", "content", "owner", "lease_until", "patience"})
"""What workers alone ask for."""
JOB_COLUMNS = [column for column in delivery_job.c if column.name not in _INNER]


class JobList:
    """What operators ask of the queue. Every method raises DatabaseAway."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list(self, wanted: JobFilter, cursor: str | None, limit: int) -> Page[QueuedJob]:
        """Give the jobs that match everything wanted, the longest waiting first.

        Raises Invalid for a cursor that no page gave.
        """
        table = delivery_job.c
        query = select(*JOB_COLUMNS).where(*matching(wanted)).order_by(table.created_at, table.id).limit(limit + 1)
        if cursor is not None:
            query = query.where(tuple_(table.created_at, table.id) > tuple_(*_read_cursor(cursor)))
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).mappings().all()
        page = Page[RowMapping].of(rows, limit, _write_cursor)
        return Page(tuple(shown(row) for row in page.items), page.next)

    async def get(self, job_id: str) -> QueuedJob:
        """Give one job. Raises NotFound."""
        async with self._database.read() as connection:
            query = select(*JOB_COLUMNS).where(delivery_job.c.id == job_id)
            row = (await connection.execute(query)).mappings().one_or_none()
        if row is None:
            raise NotFound(f"there is no job {job_id}; perhaps it is done")
        return shown(row)

    async def destinations(self, cursor: str | None, limit: int) -> Page[QueuedDestination]:
        """Give the destinations that mail waits for, those with the most of it first.

        Raises Invalid for a cursor that no page gave.
        """
        async with self._database.read() as connection:
            found = await queued_destinations.page(connection, cursor, limit + 1, time())
        return Page[QueuedDestination].of(found, limit, queued_destinations.cursor_of)


def matching(wanted: JobFilter) -> list[ColumnElement[bool]]:
    """Give the conditions under which a job matches everything wanted."""
    table = delivery_job.c
    equal = ((table.kind, wanted.kind), (table.state, wanted.state), (table.message_id, wanted.message_id))
    conditions = [column == value for column, value in equal if value is not None]
    if wanted.destination is not None:
        at_domain = table.destination.endswith(f"@{wanted.destination}", autoescape=True)
        conditions.append((table.destination == wanted.destination) | at_domain)
    if wanted.created_before is not None:
        conditions.append(table.created_at < wanted.created_before)
    if wanted.sender is not None:
        conditions.append(func.lower(table.sender) == wanted.sender.lower())
    if wanted.recipient is not None:
        conditions.append(func.lower(table.recipients).contains(f"\n{wanted.recipient.lower()}\n", autoescape=True))
    return conditions


def shown(row: RowMapping) -> QueuedJob:
    """Give a row of JOB_COLUMNS as an operator sees it."""
    values: dict[str, Any] = {key: value for key, value in row.items() if key != "content"}
    due, created = values.pop("not_before"), values.pop("created_at")
    values["recipients"] = tuple(filter(None, values["recipients"].split("\n")))
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
