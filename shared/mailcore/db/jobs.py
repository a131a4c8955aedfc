"""Every statement about delivery jobs. The row is the job; what goes over the bus is only a hint that one is due.

A worker claims by compare-and-set, holds the job under a lease that it renews, and ends it by id and attempt: whoever
lost his lease meanwhile ends nothing. Times are seconds since the epoch.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec
from sqlalchemy import Text, TextClause, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection

_INSERT = text(
    "INSERT INTO delivery_job"
    " (id, kind, destination, state, attempt, not_before, message_id, payload, content, created_at, last_error,"
    " sender, recipients, patience)"
    " VALUES (:id, :kind, :destination, 'ready', 0, :not_before, :message_id, :payload, :content, :created_at, :why,"
    " :sender, :recipients, :patience)"
    " ON CONFLICT (id) DO NOTHING"
)
_DUE = "((state = 'ready' AND not_before <= :now) OR (state = 'leased' AND lease_until < :now))"
# Whoever has a lease was due before. The first condition is that of the index, so that nothing of what goes to other
# servers is read; whose turn it is among that, `outbound_turns.py` finds.
_CLAIM = (
    "UPDATE delivery_job SET state = 'leased', owner = :owner, lease_until = :lease_until, attempt = attempt + 1"
    " WHERE id IN (SELECT id FROM delivery_job WHERE kind <> 'outbound' AND kind IN :kinds AND not_before <= :now"
    " AND (state = 'ready' OR (state = 'leased' AND lease_until < :now))"
    " ORDER BY {order}, id LIMIT :limit{lock})"
    " RETURNING id, kind, destination, attempt, message_id, payload, content, created_at"
)
_LOCKS = {"postgresql": " FOR UPDATE SKIP LOCKED", "sqlite": ""}


def _claiming(order: str) -> Mapping[str, TextClause]:
    """Give the statement, by dialect, that claims jobs in an order."""
    kinds = bindparam("kinds", type_=Text, expanding=True)
    return {dialect: text(_CLAIM.format(order=order, lock=lock)).bindparams(kinds) for dialect, lock in _LOCKS.items()}


_CLAIM_LONGEST_DUE = _claiming("not_before")
_CLAIM_IN_TURN = _claiming("not_before + patience")
_RENEW = text(
    "UPDATE delivery_job SET lease_until = :lease_until"
    " WHERE state = 'leased' AND owner = :owner AND id IN :ids RETURNING id"
).bindparams(bindparam("ids", type_=Text, expanding=True))
_FINISH = text("DELETE FROM delivery_job WHERE id = :id AND attempt = :attempt AND state = 'leased'")
_FAIL = text(
    "UPDATE delivery_job SET state = 'ready', owner = NULL, lease_until = NULL,"
    " not_before = :not_before, last_error = :why"
    " WHERE id = :id AND attempt = :attempt AND state = 'leased'"
)
_KEEP = text("UPDATE delivery_job SET payload = :payload WHERE id = :id AND attempt = :attempt AND state = 'leased'")
_HOLD = text(
    "UPDATE delivery_job SET state = 'held', owner = NULL, lease_until = NULL, last_error = :why"
    " WHERE id = :id AND attempt = :attempt AND state = 'leased'"
)
_KINDS_DUE = text(f"SELECT kind, count(*) FROM delivery_job WHERE {_DUE} GROUP BY kind")  # noqa: S608 - no value in it


class NewJob(msgspec.Struct, frozen=True):
    """Work to be done later."""

    id: str
    """Derived from the message, the effect and its target, so that a repeat inserts nothing."""
    kind: str
    """outbound, local, addon or self."""
    destination: str
    message_id: str
    payload: bytes
    not_before: float
    content: str | None = None
    """The key of content in the content store that the payload refers to."""
    why: str | None = None
    """What went wrong the first time, when something did."""
    sender: str | None = None
    """The envelope sender, empty for the null sender; None when that is nobody's business."""
    recipients: tuple[str, ...] = ()
    """Who is to get it."""
    patience: float = 0.0
    """For how many seconds it lets others go first that are due later: of its destination, or, in the work of lists, of
    its kind."""


class Job(msgspec.Struct, frozen=True):
    """A job under a lease."""

    id: str
    kind: str
    destination: str
    attempt: int
    """1 for the first claim."""
    message_id: str
    payload: bytes
    content: str | None
    created_at: float


async def insert(conn: AsyncConnection, jobs: Sequence[NewJob], now: float) -> None:
    """Add `jobs`; those that are there already stay as they are."""
    if jobs:
        await conn.execute(_INSERT, [_row(job, now) for job in jobs])


async def claim(
    conn: AsyncConnection, *, kinds: Collection[str], owner: str, now: float, lease_until: float, limit: int
) -> list[Job]:
    """Lease to `owner` at most `limit` jobs that are due or whose lease has expired, the longest due first.

    None of those that go to other servers: see `outbound_jobs`.
    """
    statement = _CLAIM_LONGEST_DUE[conn.dialect.name]
    values = {"kinds": sorted(kinds), "owner": owner, "now": now, "lease_until": lease_until, "limit": limit}
    return [Job(*row) for row in await conn.execute(statement, values)]


async def claim_in_turn(
    conn: AsyncConnection, *, kinds: Collection[str], owner: str, now: float, lease_until: float, limit: int
) -> list[Job]:
    """Do the same, but those with patience let others go first. For kinds of which few wait at once: all are read."""
    statement = _CLAIM_IN_TURN[conn.dialect.name]
    values = {"kinds": sorted(kinds), "owner": owner, "now": now, "lease_until": lease_until, "limit": limit}
    return [Job(*row) for row in await conn.execute(statement, values)]


async def renew(conn: AsyncConnection, ids: Collection[str], *, owner: str, lease_until: float) -> set[str]:
    """Extend the leases that `owner` still has, expired ones that nobody took included; give their ids."""
    rows = await conn.execute(_RENEW, {"ids": sorted(ids), "owner": owner, "lease_until": lease_until})
    return {row[0] for row in rows}


async def finish(conn: AsyncConnection, job_id: str, attempt: int) -> bool:
    """Remove a job that is done; give False when the lease was lost and another has it."""
    return (await conn.execute(_FINISH, {"id": job_id, "attempt": attempt})).rowcount > 0


async def keep(conn: AsyncConnection, job_id: str, attempt: int, payload: bytes) -> bool:
    """Keep what a job is to remember; give False when the lease was lost and another has it."""
    values = {"id": job_id, "attempt": attempt, "payload": payload}
    return (await conn.execute(_KEEP, values)).rowcount > 0


async def fail(conn: AsyncConnection, job_id: str, attempt: int, *, not_before: float, why: str) -> bool:
    """Let a job be tried again from `not_before`; give False when the lease was lost and another has it."""
    values = {"id": job_id, "attempt": attempt, "not_before": not_before, "why": storable(why)}
    return (await conn.execute(_FAIL, values)).rowcount > 0


async def hold(conn: AsyncConnection, job_id: str, attempt: int, *, why: str) -> bool:
    """Let a job be tried no more until somebody releases it; give False when the lease was lost and another has it."""
    values = {"id": job_id, "attempt": attempt, "why": storable(why)}
    return (await conn.execute(_HOLD, values)).rowcount > 0


async def kinds_due(conn: AsyncConnection, now: float) -> dict[str, int]:
    """Give how many jobs of each kind are due."""
    rows = await conn.execute(_KINDS_DUE, {"now": now})
    return {row[0]: row[1] for row in rows}


def listed(recipients: Iterable[str]) -> str:
    """Give addresses as a job's row has them: each between line feeds, so that a whole one can be looked for."""
    return "".join(f"\n{storable(one)}" for one in recipients) + "\n"


def _row(job: NewJob, now: float) -> dict[str, object]:
    sender = None if job.sender is None else storable(job.sender)
    row = {**msgspec.structs.asdict(job), "created_at": now, "sender": sender, "recipients": listed(job.recipients)}
    return {**row, "why": None if job.why is None else storable(job.why)}


def storable(text: str) -> str:
    """Give `text` as PostgreSQL can keep it: without NUL."""
    return text.replace("\0", "\N{SYMBOL FOR NULL}")
