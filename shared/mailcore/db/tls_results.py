"""What came of TLS towards other domains, counted by day: what daily reports are made of (RFC 8460).

One row for each way it went, however often; replicas add to the same rows. Kept for `tls_result_days`.
"""

from collections.abc import Mapping
from dataclasses import asdict, astuple, dataclass
from datetime import UTC, date, datetime
from hashlib import sha256

from sqlalchemy import RowMapping, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from mailcore.db.database import Database
from mailcore.db.jobs import storable
from mailcore.db.paging import Page, bad_cursor
from mailcore.db.tables import tls_result
from mailcore.directory.stored import Entity

DAY_SECONDS = 86_400
_MOST_TEXT = 4096
"""Characters of one text that are kept."""
_ADD = text(
    "INSERT INTO tls_result (id, day, domain, policy_type, policy_string, mx_host, receiving_ip, sending_ip,"
    " result_type, reason, count)"
    " VALUES (:id, :day, :domain, :policy_type, :policy_string, :mx_host, :receiving_ip, :sending_ip,"
    " :result_type, :reason, :count)"
    " ON CONFLICT (id) DO UPDATE SET count = tls_result.count + excluded.count"
)
_FORGET = text("DELETE FROM tls_result WHERE day < :day")


@dataclass(frozen=True, slots=True)
class Outcome:
    """One way it went."""

    day: int
    """Days since the epoch (UTC)."""
    domain: str
    policy_type: str
    """tlsa, sts or no-policy-found (RFC 8460 4.4)."""
    policy_string: str = ""
    """The policy's lines, or the records, between line feeds."""
    mx_host: str = ""
    receiving_ip: str = ""
    sending_ip: str = ""
    result_type: str = ""
    """Why it failed (RFC 8460 4.3); empty: it was as it has to be."""
    reason: str = ""


class TlsResult(Entity):
    """How often TLS towards a domain went one way on one day."""

    day: date
    """In UTC."""
    domain: str
    """Whose mail it was."""
    policy_type: str
    """tlsa: DANE; sts: MTA-STS; no-policy-found: the domain demands nothing."""
    policy: tuple[str, ...]
    """The TLSA records, or the lines of the policy."""
    mx_host: str | None
    """The server; null where it went well, or none was reached."""
    receiving_ip: str | None
    sending_ip: str | None
    result_type: str | None
    """Why it failed, in the words of RFC 8460 4.3; null: it was as it has to be."""
    reason: str | None
    """The same in words."""
    count: int
    """How many sessions."""


def day_of(now: float) -> int:
    """Give the day of a time in seconds since the epoch."""
    return int(now // DAY_SECONDS)


async def add(conn: AsyncConnection, counts: Mapping[Outcome, int]) -> None:
    """Add how often each was seen since the last time."""
    if counts:
        # In one order everywhere, so that two replicas never wait for each other.
        await conn.execute(_ADD, sorted((_row(*one) for one in counts.items()), key=lambda row: str(row["id"])))


async def forget_before(conn: AsyncConnection, day: int) -> None:
    """Forget what was before `day`."""
    await conn.execute(_FORGET, {"day": day})


class TlsResultList:
    """What operators ask of results. Every method raises DatabaseAway."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list(
        self, cursor: str | None, limit: int, *, day: date | None, domain: str | None, failed: bool | None
    ) -> Page[TlsResult]:
        """Give the results, newest day first. Raises Invalid for a cursor that no page gave."""
        table = tls_result.c
        query = select(tls_result).order_by(table.day.desc(), table.domain.desc(), table.id.desc()).limit(limit + 1)
        if day is not None:
            query = query.where(table.day == (day - date(1970, 1, 1)).days)
        if domain is not None:
            query = query.where(table.domain == domain)
        if failed is not None:
            query = query.where(table.result_type != "" if failed else table.result_type == "")
        if cursor is not None:
            query = query.where(tuple_(table.day, table.domain, table.id) < tuple_(*_read_cursor(cursor)))
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).mappings().all()
        page = Page[RowMapping].of(rows, limit, lambda row: f"{row['day']} {row['domain']} {row['id']}")
        return Page(tuple(map(_shown, page.items)), page.next)


def _row(one: Outcome, count: int) -> dict[str, object]:
    kept = Outcome(one.day, *(storable(text)[:_MOST_TEXT] for text in astuple(one)[1:]))
    # Why it failed in words may differ each time without being another way.
    key = "\0".join(map(str, astuple(kept)[:-1]))
    return {**asdict(kept), "id": sha256(key.encode()).hexdigest(), "count": count}


def _shown(row: RowMapping) -> TlsResult:
    texts = {key: row[key] or None for key in ("mx_host", "receiving_ip", "sending_ip", "result_type", "reason")}
    return TlsResult(
        day=datetime.fromtimestamp(row["day"] * DAY_SECONDS, UTC).date(),
        domain=row["domain"],
        policy_type=row["policy_type"],
        policy=tuple(filter(None, row["policy_string"].split("\n"))),
        count=row["count"],
        **texts,
    )


def _read_cursor(cursor: str) -> tuple[int, str, str]:
    day, _, rest = cursor.partition(" ")
    domain, _, row_id = rest.partition(" ")
    if not (day.isascii() and day.isdigit() and len(day) < 8 and domain and row_id):  # noqa: PLR2004 - some thousand years
        raise bad_cursor()
    return int(day), domain, row_id
