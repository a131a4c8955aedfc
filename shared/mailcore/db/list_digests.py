"""Every statement about digests of mailing lists. Times are seconds since the epoch.

An issue is begun once: whoever counts it up writes its row and the job that makes it, in one transaction. Its row goes
when all readers are served. Posts that are kept for a digest alone (state `digest`) are let go after it.
"""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from mailcore.db import content_refs, jobs, list_posts, list_readers
from mailcore.db.jobs import NewJob
from mailcore.db.list_posts import Post
from mailcore.directory.list_digest import MOST_POSTS, Digest, Standing, WaitingForDigest
from mailcore.directory.mailing_list import MailingList
from mailcore.ids import derived_id
from mailcore.list_jobs import digest_job

UNMADE = (
    "EXISTS (SELECT 1 FROM list_digest WHERE list_digest.list_id = list_post.list_id AND list_digest.variants IS NULL"
    " AND list_post.number BETWEEN list_digest.first AND list_digest.last)"
)
"""Whether a row of `list_post` is to be in a digest that has been begun, and is still to be made."""

_READ = text(
    "SELECT list_id, MIN(digest_number) FROM list_member WHERE delivery = 'digest' OR digest_until IS NOT NULL"
    " GROUP BY list_id ORDER BY list_id"
)
_STANDING = text("SELECT digest_issue, digest_number, digest_at FROM list_sequence WHERE list_id = :list_id")
_WAITING = text(
    "SELECT id, number, at, size, state, expanded_at FROM list_post WHERE list_id = :list_id AND number > :after"
    " AND mail IS NOT NULL ORDER BY number LIMIT :limit"
)
_BEGIN = text(
    "UPDATE list_sequence SET digest_issue = :issue, digest_number = :last, digest_at = :now"
    " WHERE list_id = :list_id AND digest_issue = :issue - 1"
)
_COLUMNS = "id, list_id, issue, first, last, at, variants, ranges"
_INSERT = text(
    f"INSERT INTO list_digest ({_COLUMNS}) VALUES (:id, :list_id, :issue, :first, :last, :at, :variants, :ranges)"  # noqa: S608 - no value in it
)
_GET = text(f"SELECT {_COLUMNS} FROM list_digest WHERE id = :id")  # noqa: S608 - no value in it
_POSTS = text(
    "SELECT id FROM list_post WHERE list_id = :list_id AND number BETWEEN :first AND :last AND mail IS NOT NULL"
    " AND state <> 'accepted' ORDER BY number"
)
_MADE = text("UPDATE list_digest SET variants = :variants, ranges = :ranges WHERE id = :id")
_SERVED = text("UPDATE list_digest SET ranges = ranges - 1 WHERE id = :id RETURNING ranges")
_REMOVE = text("DELETE FROM list_digest WHERE id = :id")
_LENT = text(
    "SELECT list_post.id, list_post.content FROM list_post"  # noqa: S608 - no value in it
    " JOIN list_sequence ON list_sequence.list_id = list_post.list_id WHERE list_post.state = 'digest'"
    " AND (list_post.number <= list_sequence.digest_number OR NOT EXISTS (SELECT 1 FROM list_member"
    " WHERE list_member.list_id = list_post.list_id AND (delivery = 'digest' OR digest_until IS NOT NULL)))"
    f" AND NOT {UNMADE} LIMIT :limit"
)
# From its beginning to its end it has a job, whose row is written in one transaction with its own.
_ABANDONED = text(
    "DELETE FROM list_digest WHERE NOT EXISTS (SELECT 1 FROM delivery_job WHERE message_id = list_digest.id)"
    " RETURNING id"
)
_HELD_BY = text("SELECT content FROM content_ref WHERE holder = :holder")
_GIVE_BACK = text(
    "UPDATE list_post SET state = 'expanded', mail = NULL, content = NULL WHERE id = :id AND state = 'digest'"
)


async def lists_with_readers(connection: AsyncConnection) -> list[tuple[int, int]]:
    """Give the lists of which somebody gets digests, each with the number of the last post that all have had."""
    return [(row[0], row[1]) for row in await connection.execute(_READ)]


async def standing(connection: AsyncConnection, list_id: int, had: int) -> Standing | None:
    """Give where the digests of a list are; `had`: the number of the last post that all readers have had."""
    row = (await connection.execute(_STANDING, {"list_id": list_id})).one_or_none()
    if row is None:
        return None
    issue, number, at = row
    after = max(number, had)
    rows = await connection.execute(_WAITING, {"list_id": list_id, "after": after, "limit": MOST_POSTS})
    return Standing(issue, at, after, [WaitingForDigest(*one) for one in rows])


async def begin(
    connection: AsyncConnection, owner: MailingList, where: Standing, last: WaitingForDigest, now: float
) -> NewJob | None:
    """Begin the next issue, up to the post `last`; give its job, None when somebody else has begun it."""
    issue = where.issue + 1
    values = {"list_id": owner.id, "issue": issue, "last": last.number, "now": now}
    if not (await connection.execute(_BEGIN, values)).rowcount:
        return None
    digest = Digest(
        id=str(derived_id(UUID(last.id), "list_digest", str(issue))),
        list_id=owner.id,
        issue=issue,
        first=where.after + 1,
        last=last.number,
        at=now,
        variants=None,
        ranges=0,
    )
    await connection.execute(_INSERT, msgspec.structs.asdict(digest))
    job = digest_job(digest.id, owner.address, now)
    await jobs.insert(connection, [job], now)
    return job


async def get(connection: AsyncConnection, digest_id: str) -> Digest | None:
    """Give the digest of that id; None when all are served, or there was nothing in it."""
    row = (await connection.execute(_GET, {"id": digest_id})).one_or_none()
    return None if row is None else Digest(*row)


async def posts_of(connection: AsyncConnection, digest: Digest) -> list[Post]:
    """Give its posts that are kept, in their order."""
    values = {"list_id": digest.list_id, "first": digest.first, "last": digest.last}
    found = (await connection.execute(_POSTS, values)).scalars().all()
    posts = [await list_posts.get(connection, one) for one in found]
    return [post for post in posts if post is not None and post.mail is not None]


async def made(connection: AsyncConnection, digest: Digest, contents: Sequence[str], now: float) -> None:
    """Keep what goes out of it, as `digest` now says, and hold the contents that that refers to.

    When it has gone with its list meanwhile, nothing holds them.
    """
    values = {"id": digest.id, "variants": digest.variants, "ranges": digest.ranges}
    if not (await connection.execute(_MADE, values)).rowcount:
        return
    for content in contents:
        await content_refs.add(connection, content, content_refs.digest_holder(digest.id), now)


async def served(connection: AsyncConnection, digest: Digest, contents: Sequence[str], now: float) -> None:
    """Count one range of readers as served; with the last one all is let go.

    It may have gone with its list meanwhile.
    """
    left: int | None = (await connection.execute(_SERVED, {"id": digest.id})).scalar_one_or_none()
    if left is None or left > 0:
        return
    await remove(connection, digest, contents, now)
    await list_readers.have_left(connection, digest.list_id, digest.last)


async def remove(connection: AsyncConnection, digest: Digest, contents: Sequence[str], now: float) -> None:
    """Forget it, and let its contents go."""
    await connection.execute(_REMOVE, {"id": digest.id})
    for content in contents:
        await content_refs.drop(connection, content, content_refs.digest_holder(digest.id), now)


async def forget_abandoned(connection: AsyncConnection, now: float) -> int:
    """Forget the digests whose job an operator has removed, and let their contents go; give how many."""
    abandoned = (await connection.execute(_ABANDONED)).scalars().all()
    for digest_id in abandoned:
        holder = content_refs.digest_holder(digest_id)
        for content in (await connection.execute(_HELD_BY, {"holder": holder})).scalars().all():
            await content_refs.drop(connection, content, holder, now)
    return len(abandoned)


async def give_back(connection: AsyncConnection, now: float, limit: int) -> int:
    """Let go of posts that were kept for a digest alone, and are in it; give how many, at most `limit`."""
    lent = (await connection.execute(_LENT, {"limit": limit})).all()
    for post_id, content in lent:
        done = await connection.execute(_GIVE_BACK, {"id": post_id})
        if done.rowcount and content is not None:
            await content_refs.drop(connection, content, content_refs.post_holder(post_id), now)
    return len(lent)
