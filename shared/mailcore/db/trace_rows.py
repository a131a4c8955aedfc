"""How a trace becomes rows, and how rows are written: by COPY on PostgreSQL, by INSERT on SQLite."""

import secrets
from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncConnection

from mailcore.db.tables import trace, trace_recipient
from mailcore.trace import Trace, TraceEvent

_ID_BITS = 63
_NUL = rb"\u0000"
_encoder = msgspec.json.Encoder()
_TRACE_COLUMNS = tuple(trace.c.keys())
_RECIPIENT_COLUMNS = tuple(trace_recipient.c.keys())
# Losing rows of the trace in a crash is allowed, so nobody waits for the disk.
_DO_NOT_WAIT = text("SET LOCAL synchronous_commit = off")


async def write_traces(connection: AsyncConnection, traces: Sequence[Trace]) -> None:
    """Write `traces` in this transaction."""
    rows = [_trace_row(one) for one in traces]
    recipients = [row for one in traces for row in _recipient_rows(one)]
    if connection.dialect.name == "postgresql":
        await connection.execute(_DO_NOT_WAIT)
        driver: Any = (await connection.get_raw_connection()).driver_connection
        await driver.copy_records_to_table("trace", records=rows, columns=_TRACE_COLUMNS)
        await driver.copy_records_to_table("trace_recipient", records=recipients, columns=_RECIPIENT_COLUMNS)
        return
    values = [dict(zip(_TRACE_COLUMNS, row, strict=True)) for row in rows]
    for value in values:
        value["events"] = msgspec.json.decode(value["events"])
    await connection.execute(insert(trace), values)
    if recipients:
        values = [dict(zip(_RECIPIENT_COLUMNS, row, strict=True)) for row in recipients]
        await connection.execute(insert(trace_recipient), values)


def _trace_row(one: Trace) -> tuple[Any, ...]:
    return (
        one.at,
        secrets.randbits(_ID_BITS),
        one.message_id,
        one.service,
        _storable(one.client_ip),
        _storable(one.sender),
        _storable(one.header_message_id),
        one.outcome,
        one.settings_revision,
        one.count,
        _events_json(one.events),
    )


def _recipient_rows(one: Trace) -> list[tuple[Any, ...]]:
    return [
        (one.at, one.message_id, one.service, _storable(recipient.address), recipient.outcome)
        for recipient in one.recipients
    ]


def _events_json(events: Sequence[TraceEvent]) -> str:
    """Give the events as JSON that the database can hold; a NUL, escaped as JSON has it, is no character of its."""
    try:
        octets = _encoder.encode(events)
    except UnicodeEncodeError:
        octets = _NUL
    if _NUL in octets:
        octets = _encoder.encode(_storable_json(msgspec.to_builtins(events)))
    return octets.decode()


def _storable(value: str | None) -> str | None:
    """Replace what text in the database cannot hold and what strangers may send all the same."""
    if value is None or (value.isascii() and "\0" not in value):
        return value
    return value.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def _storable_json(value: Any) -> Any:
    match value:
        case str():
            return _storable(value)
        case dict():
            return {_storable(key): _storable_json(inner) for key, inner in value.items()}
        case list() | tuple():
            return [_storable_json(inner) for inner in value]
        case _:
            return value
