"""Whose turn it is among the jobs towards other servers: found in order, without a look at all that are due.

Two ways lead to the same answer. Mostly it lies among the jobs that are longest due, whatever their destinations; a
few hundred are read. Where those are all of destinations that rest or have what they may have at once, each destination
that jobs wait for is asked when its first one is due, and those that may begin for their first few (a loose index
scan). Neither way reads more where more jobs are due.

Among jobs of one patience, whose turn it is goes by their time alone, so that an index has them in order; there are few
kinds of patience.
"""

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

_READ = 500
"""How many that are longest due are read first."""
_OUTBOUND = "FROM delivery_job WHERE kind = 'outbound'"
_IS_DUE = "not_before <= :now AND (state = 'ready' OR lease_until < :now)"

_BUSY = (
    f"busy AS (SELECT destination, count(*) AS jobs {_OUTBOUND} AND state = 'leased' AND lease_until >= :now"
    " GROUP BY destination)"
)


def _each(name: str, column: str) -> str:
    """Give the table `name` of all values of `column` by state, each found from the one before it; NULL ends it."""
    least = f"SELECT min({column}) {_OUTBOUND}"
    return (
        f"{name} (state, {column}) AS ("  # noqa: S608 - no value in it
        f" SELECT 'ready', ({least} AND state = 'ready')"
        f" UNION ALL SELECT 'leased', ({least} AND state = 'leased' AND lease_until < :now)"
        f" UNION ALL SELECT {name}.state, ({least} AND state = {name}.state AND {column} > {name}.{column}"
        f" AND (state = 'ready' OR lease_until < :now)) FROM {name} WHERE {name}.{column} IS NOT NULL"
        ")"
    )


def _first_of_each(dialect: str, outer: str, where: str, limit: str) -> str:
    """Give, for each row of `outer`, the first `limit` due jobs where `where` holds, as rows of `job`."""
    found = f"{_OUTBOUND} AND {where} AND {_IS_DUE} ORDER BY not_before, id LIMIT {limit}"
    rows = {
        "postgresql": f"{outer} CROSS JOIN LATERAL (SELECT id, destination, not_before, patience {found}) AS job",
        # There is no LATERAL, but what it joins by may be looked up for each row.
        "sqlite": f"{outer} JOIN delivery_job AS job ON job.id IN (SELECT id {found})",
    }
    return (
        "SELECT job.id AS id, job.destination AS destination, job.not_before AS not_before,"  # noqa: S608 - no value in it
        f" job.not_before + job.patience AS turn FROM {rows[dialect]}"
    )


def _chosen(found: str) -> str:
    """Give the tables that end in `chosen`: those of `found` that may run now, each destination within its limit."""
    # A destination that nobody has heard of yet has no row and begins with :first slots.
    return (
        "numbered AS ("  # noqa: S608 - no value in it
        f" SELECT {found}.id AS id, turn, coalesce(busy.jobs, 0) AS busy, coalesce(known.slots, :first) AS slots,"
        f" row_number() OVER (PARTITION BY {found}.destination ORDER BY turn, {found}.id) AS place"
        f" FROM {found} LEFT JOIN busy ON busy.destination = {found}.destination"
        f" LEFT JOIN destination AS known ON known.name = {found}.destination"
        f" WHERE coalesce(known.not_before, 0) <= :now OR {found}.not_before <= :overdue"
        "), chosen AS ("
        " SELECT id, turn FROM numbered WHERE place + busy <= CASE WHEN slots < :most THEN slots ELSE :most END"
        " ORDER BY turn, id LIMIT :limit"
        ")"
    )


def _by_turn(dialect: str) -> str:
    of_class = "state = class.state AND patience = class.patience"
    return (
        f"WITH RECURSIVE {_BUSY}, {_each('class', 'patience')}, line AS ("  # noqa: S608 - no value in it
        f"{_first_of_each(dialect, 'class', of_class, ':read')} ORDER BY turn, id LIMIT :read"
        f"), {_chosen('line')}"
        " SELECT (SELECT count(*) FROM line) AS seen, (SELECT coalesce(sum(jobs), 0) FROM busy) AS busy,"
        " chosen.id AS id"
        " FROM (SELECT 1 AS one) AS always LEFT JOIN chosen ON one = 1 ORDER BY chosen.turn, chosen.id"
    )


def _by_destination(dialect: str) -> str:
    of_place = "state = class.state AND destination = place.destination AND patience = class.patience"
    of_open = "state = class.state AND destination = begun.destination AND patience = class.patience"
    return (
        f"WITH RECURSIVE {_BUSY}, {_each('class', 'patience')}, {_each('place', 'destination')}, head AS ("  # noqa: S608 - no value in it
        " SELECT place.destination AS destination, class.patience AS patience,"
        f" (SELECT min(not_before) {_OUTBOUND} AND {of_place} AND {_IS_DUE}) AS not_before"
        " FROM place JOIN class ON class.state = place.state"
        # One of a destination's first jobs is chosen before any other of it: no more than :limit destinations matter.
        "), begun AS ("
        " SELECT head.destination AS destination FROM head LEFT JOIN busy ON busy.destination = head.destination"
        " LEFT JOIN destination AS known ON known.name = head.destination"
        " WHERE (coalesce(known.not_before, 0) <= :now OR head.not_before <= :overdue) AND head.not_before <= :now"
        " AND coalesce(busy.jobs, 0) < CASE WHEN coalesce(known.slots, :first) < :most"
        " THEN coalesce(known.slots, :first) ELSE :most END"
        " GROUP BY head.destination ORDER BY min(head.not_before + head.patience), head.destination LIMIT :limit"
        "), line AS ("
        f"{_first_of_each(dialect, 'begun CROSS JOIN class', of_open, ':each')}"
        f"), {_chosen('line')}"
        " SELECT id FROM chosen ORDER BY turn, id"
    )


_DIALECTS = ("postgresql", "sqlite")
BY_TURN: dict[str, TextClause] = {dialect: text(_by_turn(dialect)) for dialect in _DIALECTS}
BY_DESTINATION: dict[str, TextClause] = {dialect: text(_by_destination(dialect)) for dialect in _DIALECTS}


@dataclass(frozen=True, slots=True)
class Bounds:
    """What may begin."""

    now: float
    overdue: float
    """Of a destination that rests: only jobs that are due since then or longer."""
    first: int
    """How many at once of a destination that nobody has heard of."""
    most: int
    """How many at once of any destination."""
    limit: int
    """How many in all, of those longest due."""

    def values(self) -> dict[str, Any]:
        """Give them as the statements have them."""
        return {**asdict(self), "each": min(self.most, self.limit)}


@dataclass(frozen=True, slots=True)
class Turns:
    """What the jobs that are longest due say."""

    ids: tuple[str, ...]
    """Whose turn it is, in order."""
    busy: int
    """Jobs under way towards all destinations."""
    is_all: bool
    """Whether no job that is less long due could be among them."""


async def by_turn(conn: AsyncConnection, bounds: Bounds, read: int = _READ) -> Turns:
    """Look among the `read` jobs that are longest due."""
    statement = BY_TURN[conn.dialect.name]
    rows = (await conn.execute(statement, {**bounds.values(), "read": read})).all()
    ids = tuple(row.id for row in rows if row.id is not None)
    return Turns(ids, int(rows[0].busy), len(ids) == bounds.limit or rows[0].seen < read)


async def by_destination(conn: AsyncConnection, bounds: Bounds) -> tuple[str, ...]:
    """Give the ids of the jobs whose turn it is, in order, by asking each destination."""
    statement = BY_DESTINATION[conn.dialect.name]
    return tuple((await conn.execute(statement, bounds.values())).scalars())
