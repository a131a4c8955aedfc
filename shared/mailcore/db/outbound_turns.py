"""Whose turn it is among the jobs towards other servers: found in order, without a look at all that are due.

Two ways lead to the same answer. Mostly it lies among the jobs that are longest due, whatever their destinations; a
few hundred are read. Where those are all of destinations that rest or have what they may have at once, each destination
that jobs are due for is asked for its first few (a loose index scan). Neither reads more where more jobs are due.

Among jobs of one patience, whose turn it is goes by their time alone, so that an index has them in order; there are few
kinds of patience. The other index has them by quarters of an hour first, so that destinations whose jobs are all for
later are passed over together.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

_READ = 500
"""How many that are longest due are read first."""
_OUTBOUND = "FROM delivery_job WHERE kind = 'outbound'"
# What each of them has, so that the index of that condition is the one that is used.
_WITH_TURN = f"{_OUTBOUND} AND patience <> -1"
_WITH_DESTINATION = f"{_OUTBOUND} AND destination <> ''"
_IS_FREE = "(state = 'ready' OR lease_until < :now)"
_IS_DUE = f"not_before <= :now AND {_IS_FREE}"
_QUARTER = "CAST({} / 900 AS INTEGER)"
"""Servers round it differently, each in one way: what is later is never the smaller."""
_NOW_QUARTER = _QUARTER.format("CAST(:now AS DOUBLE PRECISION)")

_BUSY = (
    f"busy AS (SELECT destination, count(*) AS jobs {_OUTBOUND} AND state = 'leased' AND lease_until >= :now"
    " GROUP BY destination)"
)


def _each(name: str, outer: str, known: Sequence[str], column: str, jobs: str) -> str:
    """Give the table `name`: the values of `column` that `jobs` have, for each row of `outer`, which has `known`.

    Each is found from the one before it, whatever is between them; NULL stands at the end.
    """
    least = f"SELECT min({_sql(column)}) {jobs} AND {_IS_FREE}"
    return (
        f"{name} ({', '.join((*known, column))}) AS ("  # noqa: S608 - no value in it
        f" SELECT {', '.join(known)}, ({least} AND {_same(known, outer)}) FROM {outer} UNION ALL"
        f" SELECT {', '.join(known)}, ({least} AND {_same(known, name)} AND {_sql(column)} > {name}.{column})"
        f" FROM {name} WHERE {column} IS NOT NULL"
        ")"
    )


def _sql(column: str) -> str:
    return _QUARTER.format("not_before") if column == "quarter" else column


def _same(columns: Sequence[str], table: str) -> str:
    """Say that a job has the same as a row of `table`."""
    return " AND ".join(f"{_sql(column)} = {table}.{column}" for column in columns)


def _first_of_each(dialect: str, outer: str, jobs: str, limit: str) -> str:
    """Give, for each row of `outer`, the first `limit` of `jobs` that are due, as rows of `job`."""
    found = f"{jobs} AND {_IS_DUE} ORDER BY not_before, id LIMIT {limit}"
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


_STATE = "condition (state) AS (SELECT 'ready' UNION ALL SELECT 'leased')"
_CLASS = f"{_STATE}, {_each('class', 'condition', ['state'], 'patience', _WITH_TURN)}"


def _by_turn(dialect: str) -> str:
    of_class = f"{_WITH_TURN} AND {_same(['state', 'patience'], 'class')}"
    return (
        f"WITH RECURSIVE {_BUSY}, {_CLASS}, line AS ("  # noqa: S608 - no value in it
        f"{_first_of_each(dialect, 'class', of_class, ':read')} ORDER BY turn, id LIMIT :read"
        f"), {_chosen('line')}"
        " SELECT (SELECT count(*) FROM line) AS seen, (SELECT coalesce(sum(jobs), 0) FROM busy) AS busy,"
        " chosen.id AS id"
        " FROM (SELECT 1 AS one) AS always LEFT JOIN chosen ON one = 1 ORDER BY chosen.turn, chosen.id"
    )


def _by_destination(dialect: str) -> str:
    quarter, place = ("state", "patience", "quarter"), ("state", "patience", "quarter", "destination")
    of_ranked = f"{_WITH_DESTINATION} AND {_same(place, 'ranked')} AND ranked.rank <= :each"
    until_now = f"{_WITH_DESTINATION} AND {_sql('quarter')} <= {_NOW_QUARTER}"
    return (
        f"WITH RECURSIVE {_BUSY}, {_CLASS}, {_each('span', 'class', quarter[:2], 'quarter', until_now)},"  # noqa: S608 - no value in it
        f" {_each('place', 'span', quarter, 'destination', _WITH_DESTINATION)}, head AS MATERIALIZED ("
        f" SELECT {', '.join(place)},"
        f" (SELECT min(not_before) {_WITH_DESTINATION} AND {_same(place, 'place')} AND {_IS_DUE}) AS not_before"
        " FROM place"
        "), able AS MATERIALIZED ("
        " SELECT head.* FROM head LEFT JOIN busy ON busy.destination = head.destination"
        " LEFT JOIN destination AS known ON known.name = head.destination"
        " WHERE (coalesce(known.not_before, 0) <= :now OR head.not_before <= :overdue) AND head.not_before <= :now"
        " AND coalesce(busy.jobs, 0) < CASE WHEN coalesce(known.slots, :first) < :most"
        " THEN coalesce(known.slots, :first) ELSE :most END"
        # One of a destination's first jobs is chosen before any other of it: no more than :limit destinations matter,
        "), begun AS MATERIALIZED ("
        " SELECT destination FROM able GROUP BY destination"
        " ORDER BY min(not_before + patience), destination LIMIT :limit"
        # and of each of them no more places than jobs that may begin.
        "), ranked AS MATERIALIZED ("
        " SELECT able.*, row_number() OVER (PARTITION BY able.destination ORDER BY not_before + patience) AS rank"
        " FROM begun JOIN able ON able.destination = begun.destination"
        "), line AS ("
        f"{_first_of_each(dialect, 'ranked', of_ranked, ':each')}"
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
