"""The archive of a mailing list, as operators see it: posts that are kept, by number, and what is taken out of it.

A post that was taken out, or is too old, keeps its row and its number, so that numbers have no gaps; what it said, who
wrote it and its content are gone. One that is still sent out cannot be taken out. Times are seconds since the epoch.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, and_, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from mailcore.db import audit_log, content_refs, list_posts
from mailcore.db.database import Database
from mailcore.db.list_digests import UNMADE
from mailcore.db.list_posts import Post
from mailcore.db.paging import MOST_NUMBER, Page, number_cursor
from mailcore.db.tables import list_post
from mailcore.directory.mailing_list import MailingList
from mailcore.directory.stored import Entity
from mailcore.errors import Conflict, NotFound
from mailcore.search_words import folded, terms

ARCHIVED = "archived_post"
"""What the audit log calls them."""
MOST_LOOKED_AT = 1000
"""Posts that one page of a search looks into."""

_COLUMN = list_post.c
_KEPT = and_(_COLUMN.mail.is_not(None), _COLUMN.state.in_(("open", "expanded")))
_SHOWN = (_COLUMN.number, _COLUMN.message_id, _COLUMN.at, _COLUMN.poster, _COLUMN.subject, _COLUMN.size)
_ID = text("SELECT id FROM list_post WHERE list_id = :list_id AND number = :number")
_OLD = text(
    "SELECT list_post.id, list_post.content FROM list_post"  # noqa: S608 - no value in it
    " JOIN mailing_list ON mailing_list.id = list_post.list_id"
    " JOIN list_sequence ON list_sequence.list_id = list_post.list_id"
    " WHERE mailing_list.archive_days IS NOT NULL AND list_post.mail IS NOT NULL AND list_post.state = 'expanded'"
    " AND list_post.at < :now - mailing_list.archive_days * 86400.0"
    # What waits for a digest does so for a while more.
    " AND (list_post.number <= list_sequence.digest_number OR NOT EXISTS (SELECT 1 FROM list_member"
    " WHERE list_member.list_id = list_post.list_id AND (delivery = 'digest' OR digest_until IS NOT NULL)"
    " AND list_member.digest_number < list_post.number))"
    f" AND NOT {UNMADE} LIMIT :limit"
)
_FORGOTTEN = {"mail": None, "content": None, "words": "", "subject": "", "poster": ""}


class ArchivedPost(Entity):
    """A post that is kept."""

    number: int
    """Its number."""
    message_id: str
    """The message that it came as, as its trace calls it."""
    at: datetime
    """When that was accepted."""
    poster: str
    """Whom its From names first."""
    subject: str
    """Its subject, as it was written."""
    size: int
    """Octets, as it went out."""


@dataclass(frozen=True, slots=True)
class PostFilter:
    """What a post must be like. Text matches whatever its case and width; all words of it must be there."""

    poster: str = ""
    """In the address of whoever wrote it."""
    subject: str = ""
    """In its subject."""
    text: str = ""
    """In its author's name and address, its subject, or the beginning of its text."""
    since: float | None = None
    """It was accepted at this time or later."""
    until: float | None = None
    """It was accepted before this time."""
    first: int = 1
    """The lowest number."""
    last: int = MOST_NUMBER
    """The highest number."""


class ListArchive:
    """That of one list. Every method raises DatabaseAway."""

    def __init__(self, database: Database, owner: MailingList) -> None:
        self._database = database
        self._owner = owner

    async def search(self, wanted: PostFilter, cursor: str | None, limit: int) -> Page[ArchivedPost]:
        """Give the posts that match everything wanted, the newest first. Raises Invalid for a cursor that is none.

        Where text is looked for, a page ends after `MOST_LOOKED_AT` posts, with whatever was found in them.
        """
        most = wanted.last if cursor is None else min(wanted.last, number_cursor(cursor) - 1)
        words = terms(f"{wanted.poster} {wanted.subject} {wanted.text}")
        place = self._within(wanted, most)
        async with self._database.read() as connection:
            window = MOST_LOOKED_AT if words else limit
            numbers = await _numbers(connection, select(_COLUMN.number).where(place), window + 1)
            if not numbers:
                return Page((), None)
            lowest = numbers[:window][-1]
            query = select(*_SHOWN).where(place, _COLUMN.number >= lowest).order_by(_COLUMN.number.desc())
            # `words` holds subject and address too, so whatever is looked for in them is in it.
            for word in words:
                query = query.where(_COLUMN.words.contains(word, autoescape=True))
            rows = (await connection.execute(query)).mappings().all()
        found = [row for row in rows if _is_wanted(row, wanted)]
        if len(found) > limit:
            following = str(found[limit - 1]["number"])
        else:
            following = str(lowest) if len(numbers) > window else ""
        return Page(tuple(map(_shown, found[:limit])), following or None)

    async def get(self, number: int) -> ArchivedPost:
        """Give one. Raises NotFound."""
        return _shown_post(await self.read(number))

    async def read(self, number: int) -> Post:
        """Give one with what it says. Raises NotFound."""
        async with self._database.read() as connection:
            return await self._kept(connection, number)

    async def take_out(self, number: int, author: str, now: float) -> None:
        """Take one out, for good. Raises NotFound, and Conflict while it is sent out."""
        async with self._database.transaction() as connection:
            post = await self._kept(connection, number)
            if post.state != "expanded":
                raise Conflict(f"post {number} is still being sent out")
            if not await _forget(connection, post.id, post.content, now):
                raise _missing(number)
            shown = _shown_post(post)
            await audit_log.record(
                connection,
                author=author,
                action="delete",
                entity=ARCHIVED,
                key=f"{self._owner.address}/{number}",
                before={"poster": shown.poster, "subject": shown.subject},
                after=None,
            )

    def _within(self, wanted: PostFilter, most: int) -> ColumnElement[bool]:
        place = and_(_KEPT, _COLUMN.list_id == self._owner.id, _COLUMN.number.between(wanted.first, most))
        if wanted.since is not None:
            place = and_(place, _COLUMN.at >= wanted.since)
        if wanted.until is not None:
            place = and_(place, _COLUMN.at < wanted.until)
        return place

    async def _kept(self, connection: AsyncConnection, number: int) -> Post:
        found = (await connection.execute(_ID, {"list_id": self._owner.id, "number": number})).scalar_one_or_none()
        post = None if found is None else await list_posts.get(connection, found)
        if post is None or post.mail is None or post.state not in {"open", "expanded"}:
            raise _missing(number)
        return post


async def forget_old(connection: AsyncConnection, now: float, limit: int) -> int:
    """Forget what was in posts that are older than `archive_days` of their list; give how many, at most `limit`."""
    old = (await connection.execute(_OLD, {"now": now, "limit": limit})).all()
    for post_id, content in old:
        await _forget(connection, post_id, content, now)
    return len(old)


async def _forget(connection: AsyncConnection, post_id: str, content: str | None, now: float) -> bool:
    """Let go of all but the number; give False when somebody else did."""
    query = update(list_post).where(_COLUMN.id == post_id, _COLUMN.mail.is_not(None)).values(_FORGOTTEN)
    if not (await connection.execute(query)).rowcount:
        return False
    if content is not None:
        await content_refs.drop(connection, content, content_refs.post_holder(post_id), now)
    return True


async def _numbers(connection: AsyncConnection, query: Select[Any], limit: int) -> Sequence[int]:
    found: Sequence[int] = (
        (await connection.execute(query.order_by(_COLUMN.number.desc()).limit(limit))).scalars().all()
    )
    return found


def _is_wanted(row: RowMapping, wanted: PostFilter) -> bool:
    """Whether words stand where they are to; that they are there at all is known."""
    poster, subject = folded(row["poster"]), folded(row["subject"])
    return all(term in poster for term in terms(wanted.poster)) and all(
        term in subject for term in terms(wanted.subject)
    )


def _shown(row: RowMapping) -> ArchivedPost:
    return ArchivedPost(**{**row, "at": datetime.fromtimestamp(row["at"], UTC)})


def _shown_post(post: Post) -> ArchivedPost:
    return ArchivedPost(
        number=post.number,
        message_id=post.message_id,
        at=datetime.fromtimestamp(post.at, UTC),
        poster=post.poster,
        subject=post.subject,
        size=post.size,
    )


def _missing(number: int) -> NotFound:
    return NotFound(f"there is no post {number} in the archive")
