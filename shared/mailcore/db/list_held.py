"""Every statement about posts that wait for a moderator. Times are seconds since the epoch.

One that was decided on is gone: the row's removal is what only one of two who decide at once can do.
"""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from mailcore.db import content_refs
from mailcore.db.jobs import NewJob, storable
from mailcore.list_jobs import HeldNotice, task_job

_COLUMNS = "id, list_id, message_id, at, reason, sender, poster, subject, size, mail, content, authors"
_PUT = text(
    f"INSERT INTO list_held ({_COLUMNS}) VALUES (:id, :list_id, :message_id, :at, :reason, :sender, :poster,"  # noqa: S608 - no value in it
    " :subject, :size, :mail, :content, :authors) ON CONFLICT (id) DO NOTHING"
)
_KNOWN = text(
    "SELECT 1 FROM list_post WHERE id = :id UNION ALL SELECT 1 FROM delivery_job WHERE id = :job"
    " UNION ALL SELECT 1 FROM finished_job WHERE id = :job"
)
_GET = text(f"SELECT {_COLUMNS} FROM list_held WHERE id = :id")  # noqa: S608 - no value in it
_TAKE = text(f"DELETE FROM list_held WHERE id = :id RETURNING {_COLUMNS}")  # noqa: S608 - no value in it


class HeldPost(msgspec.Struct, frozen=True):
    """A post that waits."""

    id: str
    """The id that it has as a post once it is approved."""
    list_id: int
    message_id: str
    at: float
    """When the message was accepted."""
    reason: str
    sender: str
    """Its envelope sender."""
    poster: str
    subject: str
    size: int
    mail: bytes
    """As `maildecide.message.mail` encodes it."""
    content: str | None = None
    """The key of content in the content store that `mail` refers to."""
    authors: str = ""
    """All whom its From names, one on a line; empty: nobody but `poster` is known."""

    @property
    def posters(self) -> tuple[str, ...]:
        """Them, one by one."""
        return tuple(one for one in (self.authors or self.poster).split("\n") if one)


async def put(
    connection: AsyncConnection, held: HeldPost, address: str, moderators: Sequence[str], now: float
) -> NewJob | None:
    """Keep a post of the list with that address; give the job that tells the moderators, None when it is known already.

    It is, too, once somebody has decided: a message that comes again after that does not wait again. The job is for the
    caller to insert in the same transaction.
    """
    job = task_job(HeldNotice(held.id, tuple(moderators)), UUID(held.id), "held_notice", address, now=now)
    if (await connection.execute(_KNOWN, {"id": held.id, "job": job.id})).first() is not None:
        return None
    texts = {name: storable(getattr(held, name)) for name in ("subject", "sender", "poster", "authors")}
    done = await connection.execute(_PUT, msgspec.structs.asdict(held) | texts)
    if not done.rowcount:
        return None
    if held.content is not None:
        await content_refs.add(connection, held.content, content_refs.held_holder(held.id), now)
    return job


async def get(connection: AsyncConnection, held_id: str) -> HeldPost | None:
    """Give the post of that id; None when it has been decided on, or never was."""
    row = (await connection.execute(_GET, {"id": held_id})).one_or_none()
    return None if row is None else HeldPost(*row)


async def take(connection: AsyncConnection, held_id: str, now: float) -> HeldPost | None:
    """Take the post of that id away to decide on it; None when somebody else did."""
    row = (await connection.execute(_TAKE, {"id": held_id})).one_or_none()
    if row is None:
        return None
    held = HeldPost(*row)
    if held.content is not None:
        await content_refs.drop(connection, held.content, content_refs.held_holder(held.id), now)
    return held
