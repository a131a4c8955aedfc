"""What becomes of posts that wait: each is decided on once, in the transaction that sends it out or drops it."""

from datetime import UTC, datetime
from math import isfinite

import msgspec
from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

from mailcore.db import audit_log, jobs, list_held, list_posts
from mailcore.db.database import Database
from mailcore.db.list_held import HeldPost
from mailcore.db.list_posts import NewPost
from mailcore.db.paging import Page, bad_cursor
from mailcore.directory.mailing_list import MailingList
from mailcore.directory.stored import Entity
from mailcore.errors import NotFound
from mailcore.list_deeds import Verdict

HELD = "held_post"
"""What the audit log calls them."""

_SHOWN = "id, message_id, at, reason, sender, poster, subject, size"
_PAGE = text(
    f"SELECT {_SHOWN} FROM list_held WHERE list_id = :list_id"  # noqa: S608 - no value in it
    " AND (at > :at OR (at = :at AND id > :id)) ORDER BY at, id LIMIT :limit"
)
_LATEST = text(f"SELECT {_SHOWN} FROM list_held WHERE list_id = :list_id ORDER BY at DESC, id DESC LIMIT :limit")  # noqa: S608 - no value in it
_COUNT = text("SELECT count(*) FROM list_held WHERE list_id = :list_id")


class WaitingPost(Entity):
    """A post that waits for a moderator."""

    id: str
    """Derived from the message."""
    message_id: str
    """The message, as its trace calls it."""
    at: datetime
    """Since when it waits."""
    reason: str
    """Why it does."""
    sender: str
    """Its envelope sender."""
    poster: str
    """Whom its From names first."""
    subject: str
    """Its subject."""
    size: int
    """Octets."""


class WaitingPosts:
    """Those of one list, as operators see them. Every method raises DatabaseAway."""

    def __init__(self, database: Database, owner: MailingList) -> None:
        self._database = database
        self._owner = owner

    async def list(self, cursor: str | None, limit: int) -> Page[WaitingPost]:
        """Give them, the oldest first. Raises Invalid for a cursor that is none."""
        at, after = (0.0, "") if cursor is None else _read_cursor(cursor)
        values = {"list_id": self._owner.id, "at": at, "id": after, "limit": limit + 1}
        async with self._database.read() as connection:
            rows = (await connection.execute(_PAGE, values)).mappings().all()
        page = Page.of(list(rows), limit, lambda row: f"{float(row['at'])!r} {row['id']}")
        return Page(tuple(map(_read, page.items)), page.next)

    async def get(self, held_id: str) -> HeldPost:
        """Give one, with what it says. Raises NotFound."""
        async with self._database.read() as connection:
            held = await list_held.get(connection, held_id)
        if held is None or held.list_id != self._owner.id:
            raise missing(held_id)
        return held


def shown(held: HeldPost) -> WaitingPost:
    """Give what an operator sees of one."""
    return WaitingPost(
        id=held.id,
        message_id=held.message_id,
        at=datetime.fromtimestamp(held.at, UTC),
        reason=held.reason,
        sender=held.sender,
        poster=held.poster,
        subject=held.subject,
        size=held.size,
    )


async def latest(connection: AsyncConnection, list_id: int, limit: int) -> tuple[int, list[WaitingPost]]:
    """Give how many posts of a list wait, and those that came last, the newest first."""
    total: int = (await connection.execute(_COUNT, {"list_id": list_id})).scalar_one()
    rows = (await connection.execute(_LATEST, {"list_id": list_id, "limit": limit})).mappings().all()
    return total, [_read(row) for row in rows]


def missing(held_id: str) -> NotFound:
    """Make the answer for one that is not there, or was decided on."""
    return NotFound(f"no post {held_id} waits")


async def decide(
    connection: AsyncConnection, owner: MailingList, held_id: str, verdict: Verdict, *, author: str, now: float
) -> HeldPost | None:
    """Approve, reject or discard a post of the list; give it, or None when it does not wait (any more).

    Approved, it gets its number and is sent out. Telling its poster is for the caller.
    """
    held = await list_held.get(connection, held_id)
    if held is None or held.list_id != owner.id or await list_held.take(connection, held_id, now) is None:
        return None
    if verdict == "approve":
        _, job = await list_posts.accept(connection, _post(held, owner, now), now)
        if job is not None:
            await jobs.insert(connection, [job], now)
    before = {name: getattr(shown(held), name) for name in ("poster", "subject", "reason")}
    await audit_log.record(
        connection,
        author=author,
        action="delete",
        entity=HELD,
        key=f"{owner.address}/{held.id}",
        before=before,
        after={"verdict": verdict},
    )
    return held


def _post(held: HeldPost, owner: MailingList, now: float) -> NewPost:
    """Give it as a post of now: copies are tried for as long as those of others, however long it has waited."""
    fields = msgspec.structs.asdict(held)
    kept = {name: fields[name] for name in ("id", "list_id", "message_id", "poster", "subject", "size")}
    return NewPost(**kept, list=owner.address, at=now, mail=held.mail, content=held.content)


def _read(row: RowMapping) -> WaitingPost:
    return WaitingPost(**{**row, "at": datetime.fromtimestamp(row["at"], UTC)})


def _read_cursor(cursor: str) -> tuple[float, str]:
    at, _, held_id = cursor.partition(" ")
    try:
        read = float(at)
    except ValueError:
        raise bad_cursor() from None
    if not isfinite(read) or f"{read!r} {held_id}" != cursor:
        raise bad_cursor()
    return read, held_id
