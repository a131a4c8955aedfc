"""Every statement about posts of mailing lists. A post has its number from the moment it is one.

Number, post and the job that begins to send it out are written in one transaction, so numbers have no gaps and none
is given twice, whatever is killed; a post that is accepted again has its number already. States: `accepted` (`mail` is
what came), `open` (`mail` is what goes out; `ranges` are still to be served), `expanded`, and `digest` (expanded, and
kept for the next digest alone). Times are seconds since the epoch.
"""

from collections.abc import Collection, Sequence
from uuid import UUID

import msgspec
from sqlalchemy import Text, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection

from mailcore.db import content_refs
from mailcore.db.column_types import Number
from mailcore.db.jobs import NewJob, storable
from mailcore.errors import Transient
from mailcore.ids import derived_id
from mailcore.list_jobs import opening_job

# Locked in this order by all: the list's own row is only read, so that nobody waits for an operator's change.
_LOCK_BY_DIALECT = {
    "postgresql": text("SELECT number FROM list_sequence WHERE list_id = :list_id FOR UPDATE"),
    "sqlite": text("SELECT number FROM list_sequence WHERE list_id = :list_id"),
}
# Each row as it comes out of the order.
_LOCK_SEVERAL = text(
    "SELECT number FROM list_sequence WHERE list_id IN :list_ids ORDER BY list_id FOR UPDATE"
).bindparams(bindparam("list_ids", type_=Number, expanding=True))
_KNOWN = text("SELECT number FROM list_post WHERE id = :id")
_ADVANCE = text("UPDATE list_sequence SET number = number + 1 WHERE list_id = :list_id RETURNING number")
_INSERT = text(
    "INSERT INTO list_post (id, list_id, number, message_id, at, poster, subject, words, size, mail, content, state,"
    " ranges) VALUES (:id, :list_id, :number, :message_id, :at, :poster, :subject, '', :size, :mail, :content,"
    " 'accepted', 0)"
)
_GET = text(
    "SELECT id, list_id, number, message_id, at, poster, subject, size, mail, content, state, ranges"
    " FROM list_post WHERE id = :id"
)
_OPEN = text(
    "UPDATE list_post SET state = 'open', mail = :mail, content = :content, size = :size, words = :words,"
    " ranges = :ranges WHERE id = :id AND state = 'accepted'"
)
_SERVED = text("UPDATE list_post SET ranges = ranges - 1 WHERE id = :id RETURNING ranges")
_EXPANDED = text("UPDATE list_post SET state = :state, expanded_at = :now WHERE id = :id")
_STRIP = text("UPDATE list_post SET mail = NULL, content = NULL, words = '' WHERE id = :id")
_SETTLE = text("INSERT INTO list_settled (id, at) VALUES (:id, :at) ON CONFLICT (id) DO NOTHING")
_SETTLED = text("SELECT id FROM list_settled WHERE id IN :ids").bindparams(bindparam("ids", type_=Text, expanding=True))
_FORGET_SETTLED = text("DELETE FROM list_settled WHERE at < :before")


class PostGone(Transient):
    """The list was removed meanwhile, and its posts with it."""


class NewPost(msgspec.Struct, frozen=True):
    """A post that is to have a number."""

    id: str
    list_id: int
    list: str
    """Where the list's posts are sent."""
    message_id: str
    """The message that it came as."""
    at: float
    """When that was accepted, or a moderator let it go."""
    poster: str
    subject: str
    size: int
    mail: bytes
    """As `maildecide.message.mail` encodes it."""
    content: str | None = None
    """The key of content in the content store that `mail` refers to."""


class Post(msgspec.Struct, frozen=True):
    """A post that has one."""

    id: str
    list_id: int
    number: int
    message_id: str
    at: float
    poster: str
    subject: str
    size: int
    mail: bytes | None
    content: str | None
    state: str
    """accepted, open, expanded or digest."""
    ranges: int


class Opened(msgspec.Struct, frozen=True):
    """What goes out of a post."""

    mail: bytes
    content: str | None
    size: int
    words: str
    """What a search in the archive looks into."""
    ranges: int
    """Into how many ranges its members are parted."""


def post_id(mail_id: UUID, address: str) -> str:
    """Name the post that a message becomes on the list with that address."""
    return str(derived_id(mail_id, "list_post", address))


async def lock(connection: AsyncConnection, list_ids: Collection[int]) -> None:
    """Keep the numbers of several lists to this transaction, in one order for all: so none waits for one that waits.

    For whoever accepts more than one post in it.
    """
    # On SQLite one transaction runs at a time.
    if connection.dialect.name == "postgresql":
        await connection.execute(_LOCK_SEVERAL, {"list_ids": sorted(list_ids)})


async def accept(connection: AsyncConnection, post: NewPost, now: float) -> tuple[int, NewJob | None]:
    """Give `post` the next number of its list; give that, and the job that sends it out.

    The job is for the caller to insert in the same transaction. A post that has a number keeps it, and there is no job:
    it was made then. Raises LookupError when the list is gone.
    """
    await connection.execute(_LOCK_BY_DIALECT[connection.dialect.name], {"list_id": post.list_id})
    known: int | None = (await connection.execute(_KNOWN, {"id": post.id})).scalar_one_or_none()
    if known is not None:
        return known, None
    number: int | None = (await connection.execute(_ADVANCE, {"list_id": post.list_id})).scalar_one_or_none()
    if number is None:
        raise LookupError(f"there is no mailing list {post.list} any more")
    values = msgspec.structs.asdict(post) | {"number": number, "subject": storable(post.subject)}
    await connection.execute(_INSERT, values)
    if post.content is not None:
        await content_refs.add(connection, post.content, content_refs.post_holder(post.id), now)
    return number, opening_job(post.id, post.list, post.message_id, now)


async def get(connection: AsyncConnection, number_id: str) -> Post | None:
    """Give the post of that id."""
    row = (await connection.execute(_GET, {"id": number_id})).one_or_none()
    return None if row is None else Post(*row)


async def open_up(connection: AsyncConnection, post: Post, opened: Opened, now: float) -> bool:
    """Keep what goes out of a post; give False when that was done before."""
    done = await connection.execute(_OPEN, msgspec.structs.asdict(opened) | {"id": post.id})
    if not done.rowcount:
        return False
    if opened.content != post.content:
        if opened.content is not None:
            await content_refs.add(connection, opened.content, content_refs.post_holder(post.id), now)
        if post.content is not None:
            await content_refs.drop(connection, post.content, content_refs.post_holder(post.id), now)
    return True


async def served(connection: AsyncConnection, post: Post, now: float, *, keep: bool, lend: bool = False) -> bool:
    """Count one range of a post as served; say whether it was the last one, and the post is expanded.

    `keep`: whether the list has an archive; `lend`: whether a digest still needs it where it has none. Raises PostGone.
    """
    left: int | None = (await connection.execute(_SERVED, {"id": post.id})).scalar_one_or_none()
    if left is None:
        raise PostGone
    if left > 0:
        return False
    await connection.execute(
        _EXPANDED, {"id": post.id, "state": "digest" if lend and not keep else "expanded", "now": now}
    )
    await settle(connection, [post.id], now)
    if not keep and not lend:
        await connection.execute(_STRIP, {"id": post.id})
        if post.content is not None:
            await content_refs.drop(connection, post.content, content_refs.post_holder(post.id), now)
    return True


async def settle(connection: AsyncConnection, ids: Sequence[str], now: float) -> None:
    """Note that nobody need wait for these posts any more: expanded, held, refused or dropped."""
    for one in sorted(ids):
        await connection.execute(_SETTLE, {"id": one, "at": now})


async def settled(connection: AsyncConnection, ids: Sequence[str]) -> set[str]:
    """Give those of `ids` that are settled."""
    return set((await connection.execute(_SETTLED, {"ids": sorted(ids)})).scalars())


async def forget_settled(connection: AsyncConnection, before: float) -> None:
    """Forget what was settled before that: no client waits for so long."""
    await connection.execute(_FORGET_SETTLED, {"before": before})
