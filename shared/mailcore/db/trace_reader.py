"""Reading the trace: search over all messages, and the whole story of one. Called by the REST API."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Row,
    RowMapping,
    Select,
    SelectBase,
    and_,
    exists,
    func,
    or_,
    select,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from mailcore.db.database import Database
from mailcore.db.paging import Page, bad_cursor
from mailcore.db.tables import trace, trace_recipient
from mailcore.db.trace_story import MessageStory, MessageSummary, story_of, summary_of
from mailcore.errors import NotFound


@dataclass(frozen=True, slots=True)
class TraceFilter:
    """What a message must be like. Addresses compare without regard to ASCII case; None: anything."""

    sender: str | None = None
    recipient: str | None = None
    client_ip: str | None = None
    message_id: str | None = None
    """The Message-ID field, with or without its brackets, or our own id."""
    outcome: str | None = None
    """Of the message in any service, or of one of its recipients."""
    since: float | None = None
    """It began at this time or later, in seconds since the epoch."""
    until: float | None = None
    """It began before this time."""


class TraceReader:
    """Every query on the trace. Every method raises DatabaseAway."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def search(self, wanted: TraceFilter, cursor: str | None, limit: int) -> Page[MessageSummary]:
        """Give the messages that match everything wanted, newest first.

        Raises Invalid for a cursor that no page gave.
        """
        query = _search(wanted).limit(limit + 1)
        if cursor is not None:
            query = query.where(tuple_(trace.c.at, trace.c.id) < tuple_(*_read_cursor(cursor)))
        async with self._database.read() as connection:
            found = (await connection.execute(query)).all()
            page = Page[Row[tuple[float, int, UUID]]].of(found, limit, _write_cursor)
            ids = [row.message_id for row in page.items]
            since = min((row.at for row in page.items), default=0.0)
            rows = _by_message(await _rows_of(connection, ids, since))
            recipients = _by_message(await _recipients_of(connection, ids, since))
        return Page(tuple(summary_of(rows[one], recipients.get(one, ())) for one in ids), page.next)

    async def story(self, message_id: UUID) -> MessageStory:
        """Give everything that is known of one message, over all services and attempts. Raises NotFound."""
        async with self._database.read() as connection:
            rows = await _rows_of(connection, [message_id], float("-inf"))
            recipients = await _recipients_of(connection, [message_id], float("-inf"))
        if not rows:
            raise NotFound(f"there is no trace of a message {message_id}")
        return story_of(rows, recipients)


def _search(wanted: TraceFilter) -> Select[tuple[float, int, UUID]]:
    """Build the query for the first row of each message that matches."""
    older = trace.alias("older")
    is_older = and_(
        older.c.message_id == trace.c.message_id,
        or_(older.c.at < trace.c.at, and_(older.c.at == trace.c.at, older.c.id < trace.c.id)),
    )
    query = select(trace.c.at, trace.c.id, trace.c.message_id).where(
        ~exists().where(is_older), *(trace.c.message_id.in_(matching) for matching in _matching(wanted))
    )
    if wanted.since is not None:
        query = query.where(trace.c.at >= wanted.since)
    if wanted.until is not None:
        query = query.where(trace.c.at < wanted.until)
    return query.order_by(trace.c.at.desc(), trace.c.id.desc())


def _matching(wanted: TraceFilter) -> list[SelectBase]:
    """Give one query of message ids for each thing wanted: services know different things of the same message."""
    row, recipient = trace.alias("matching"), trace_recipient.alias("matching_recipient")
    queries: list[SelectBase] = []
    if wanted.sender is not None:
        queries.append(_ids(row, func.lower(row.c.sender) == _lower(wanted.sender), wanted))
    if wanted.recipient is not None:
        queries.append(_ids(recipient, func.lower(recipient.c.address) == _lower(wanted.recipient), wanted))
    if wanted.client_ip is not None:
        queries.append(_ids(row, row.c.client_ip == _searchable(wanted.client_ip), wanted))
    if wanted.message_id is not None:
        is_called = _is_called(row.c.header_message_id, row.c.message_id, wanted.message_id)
        queries.append(_ids(row, is_called, wanted))
    if wanted.outcome is not None:
        outcome = _searchable(wanted.outcome)
        of_recipient = _ids(recipient, recipient.c.outcome == outcome, wanted)
        queries.append(_ids(row, row.c.outcome == outcome, wanted).union_all(of_recipient))
    return queries


def _ids(table: FromClause, condition: ColumnElement[bool], wanted: TraceFilter) -> Select[tuple[UUID]]:
    query = select(table.c.message_id).where(condition)
    # What began later has no earlier rows: days before that need not be looked through.
    return query if wanted.since is None else query.where(table.c.at >= wanted.since)


def _is_called(header: ColumnElement[str], own: ColumnElement[UUID], name: str) -> ColumnElement[bool]:
    bare = _searchable(name.strip().removeprefix("<").removesuffix(">"))
    is_called: ColumnElement[bool] = header.in_((bare, f"<{bare}>"))
    try:
        return or_(is_called, own == UUID(bare))
    except ValueError:
        return is_called


async def _rows_of(connection: AsyncConnection, ids: Sequence[UUID], since: float) -> Sequence[RowMapping]:
    query = select(trace).where(trace.c.message_id.in_(ids), trace.c.at >= since).order_by(trace.c.at, trace.c.id)
    return (await connection.execute(query)).mappings().all()


async def _recipients_of(connection: AsyncConnection, ids: Sequence[UUID], since: float) -> Sequence[RowMapping]:
    table = trace_recipient
    query = select(table).where(table.c.message_id.in_(ids), table.c.at >= since).order_by(table.c.at)
    return (await connection.execute(query)).mappings().all()


def _by_message(rows: Sequence[RowMapping]) -> dict[UUID, list[RowMapping]]:
    grouped: dict[UUID, list[RowMapping]] = {}
    for row in rows:
        grouped.setdefault(row["message_id"], []).append(row)
    return grouped


def _lower(text: str) -> str:
    """Lower ASCII letters and nothing else, as the database's `lower` does here."""
    return _searchable(text).encode().lower().decode()


def _searchable(text: str) -> str:
    """Write a wanted text as the writer would have stored it."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def _write_cursor(row: Row[tuple[float, int, UUID]]) -> str:
    return f"{row.at!r} {row.id}"


def _read_cursor(cursor: str) -> tuple[float, int]:
    at, _, number = cursor.partition(" ")
    try:
        read = float(at), int(number)
    except ValueError:
        raise bad_cursor() from None
    if f"{read[0]!r} {read[1]}" != cursor or not isfinite(read[0]) or abs(read[1]) >= 1 << 63:
        raise bad_cursor()
    return read
