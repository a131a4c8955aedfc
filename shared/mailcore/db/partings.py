"""Messages that accounts forwarded and kept no copy of, until somebody is known to have taken them.

A parting waits for the jobs that bring its message to others. The first that is taken decides it; when all have been
refused for good, the last of them puts what the account is to have in its own place: jobs, made when the message was
forwarded. All of that happens in the transactions that end those jobs, so it happens once, whichever replicas they are
on. What is decided is remembered for as long as the message may be processed again.

Content is held by `parting:<id>`, added with the row and dropped when it is decided.
"""

from collections.abc import Iterable, Sequence

import msgspec
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from mailcore.db import content_refs, jobs
from mailcore.db.jobs import NewJob

_REMEMBERED = 45 * 86_400.0
"""Longer than any message is tried: whoever waits still then waits for a job that an operator has removed."""

_PUT = text(
    "INSERT INTO parting (id, waiting, is_taken, jobs, content, at)"
    " VALUES (:id, :waiting, :is_taken, :jobs, :content, :at) ON CONFLICT (id) DO NOTHING"
)
_READ = "SELECT waiting, is_taken, jobs, content FROM parting WHERE id = :id AND decided_at IS NULL{lock}"
_READ_BY_DIALECT = {"postgresql": text(_READ.format(lock=" FOR UPDATE")), "sqlite": text(_READ.format(lock=""))}
_SAVE = text("UPDATE parting SET waiting = :waiting WHERE id = :id")
_DECIDE = text("UPDATE parting SET is_taken = :is_taken, decided_at = :now, jobs = :jobs WHERE id = :id")
_OLD = text("SELECT id, content FROM parting WHERE at < :before")
_FORGET = text("DELETE FROM parting WHERE at < :before")

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(tuple[NewJob, ...])
_texts = msgspec.json.Encoder()
_reader = msgspec.json.Decoder(list[str])


class Parting(msgspec.Struct, frozen=True):
    """One message of one account."""

    id: str
    """Derived from both."""
    jobs: tuple[NewJob, ...]
    """What is to be done should nobody take it."""

    @property
    def content(self) -> str | None:
        """The key in the content store of what these jobs refer to."""
        return next((job.content for job in self.jobs if job.content is not None), None)


def ticket(job_id: str, target: str) -> str:
    """Name one who is waited for: the job that brings it, and whom to."""
    return f"{job_id} {target}"


async def put(conn: AsyncConnection, parting: Parting, waiting: Iterable[str], now: float) -> None:
    """Begin to wait for those of `waiting` (tickets, not empty); a parting that is there already stays as it is."""
    values = {
        "id": parting.id,
        "waiting": _listed(waiting),
        "is_taken": False,
        "jobs": _encoder.encode(parting.jobs),
        "content": parting.content,
        "at": now,
    }
    if (await conn.execute(_PUT, values)).rowcount and parting.content is not None:
        await content_refs.add(conn, parting.content, _holder(parting.id), now)


async def end(conn: AsyncConnection, parting_id: str, done: str, *, is_taken: bool, now: float) -> Sequence[NewJob]:
    """Hear what became of one who was waited for (a ticket); give what is to be done now, inserted already.

    One who was not waited for, and a parting that is decided or was never begun, change nothing.
    """
    row = (await conn.execute(_READ_BY_DIALECT[conn.dialect.name], {"id": parting_id})).one_or_none()
    if row is None:
        return ()
    waiting = [one for one in _reader.decode(row.waiting) if one != done]
    if waiting and not is_taken:
        await conn.execute(_SAVE, {"id": parting_id, "waiting": _listed(waiting)})
        return ()
    due = () if is_taken else _decoder.decode(bytes(row.jobs))
    await jobs.insert(conn, due, now)
    for job in due:
        if job.content is not None:
            await content_refs.add(conn, job.content, content_refs.job_holder(job.id), now)
    nothing = _encoder.encode(())
    await conn.execute(_DECIDE, {"id": parting_id, "is_taken": is_taken, "now": now, "jobs": nothing})
    if row.content is not None:
        await content_refs.drop(conn, row.content, _holder(parting_id), now)
    return due


async def forget_old(conn: AsyncConnection, now: float) -> None:
    """Forget those that were begun weeks ago."""
    before = {"before": now - _REMEMBERED}
    for parting_id, content in (await conn.execute(_OLD, before)).all():
        if content is not None:
            await content_refs.drop(conn, content, _holder(parting_id), now)
    await conn.execute(_FORGET, before)


def _listed(waiting: Iterable[str]) -> str:
    return _texts.encode(list(waiting)).decode()


def _holder(parting_id: str) -> str:
    return f"parting:{parting_id}"
