"""Who still needs which content: an idempotent set of (content, holder), and the sweep of what nobody needs.

Holders
- `incoming:<message id>`: added by ingress and committed before the publish. The processor drops it in the
  transaction that precedes the acknowledgement, which also adds what the message became.
- `job:<job id>`, `dead:<dead letter id>`, `trash:<entry id>`, `post:<post id>`, `held:<held post's id>` and
  `digest:<digest's id>`: added with their rows, dropped with them.

When a publish fails, ingress drops its holder only if the message is certainly not in the queue, that is if publish
was never called. After BusAway it may be there (the client heard 451 and keeps its copy), so the holder stays, as it
does when ingress is killed. Such a holder is dropped by nobody's age but by proof: once no message has waited on the
bus for an hour, whatever was added well before that hour stands for no message (`drop_incoming`).

Removal: content is removed when it had no holder for an hour, never by age alone. Dropping the last holder leaves
the mark RELEASED with the time; the sweep turns content without holders into REMOVED in one short transaction that
no `add` can overlap, and only then removes the file. An `add` that comes after that is refused, so that a session
that slept for hours between storing its content and referring to it answers 451 and not 250.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Text, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection

from mailcore.errors import ContentAway

UNUSED_FOR = 3600.0
"""Seconds without any holder after which content is removed."""
_REMEMBER_REMOVED = 7 * 86400.0
"""Seconds for which a removal is remembered, to refuse holders that come late."""

_RELEASED = "released"
_REMOVED = "removed"

_ADD = text(
    "INSERT INTO content_ref (content, holder, at)"
    " SELECT CAST(:content AS TEXT), CAST(:holder AS TEXT), CAST(:at AS DOUBLE PRECISION)"
    " WHERE NOT EXISTS (SELECT 1 FROM content_ref WHERE content = :content AND holder = 'removed')"
    " ON CONFLICT (content, holder) DO UPDATE SET at = excluded.at"
)
_ADD_HELD = text(
    "INSERT INTO content_ref (content, holder, at) VALUES (:content, :holder, :at)"
    " ON CONFLICT (content, holder) DO UPDATE SET at = excluded.at"
)
_DROP = text("DELETE FROM content_ref WHERE content = :content AND holder = :holder")
_RELEASE = text(
    "INSERT INTO content_ref (content, holder, at) VALUES (:content, 'released', :at)"
    " ON CONFLICT (content, holder) DO UPDATE SET at = excluded.at"
)
_HOLD_OFF_WRITERS = text("LOCK TABLE content_ref IN SHARE ROW EXCLUSIVE MODE")
_KNOWN = text("SELECT content, holder, at FROM content_ref WHERE content IN :contents").bindparams(
    bindparam("contents", type_=Text, expanding=True)
)
_MARK_REMOVED = text(
    "INSERT INTO content_ref (content, holder, at) VALUES (:content, 'removed', :at)"
    " ON CONFLICT (content, holder) DO UPDATE SET at = excluded.at"
)
_DROP_INCOMING = text("DELETE FROM content_ref WHERE holder LIKE 'incoming:%' AND at < :before RETURNING content")
_FORGET_RELEASED = text("DELETE FROM content_ref WHERE content = :content AND holder = 'released'")
_FORGET_REMOVED = text("DELETE FROM content_ref WHERE holder = 'removed' AND at < :before")


def incoming_holder(message_id: UUID) -> str:
    """Name the accepted message as a holder."""
    return f"incoming:{message_id}"


def job_holder(job_id: str) -> str:
    """Name a delivery job as a holder."""
    return f"job:{job_id}"


def trash_holder(entry_id: str) -> str:
    """Name a message in the server's trash as a holder."""
    return f"trash:{entry_id}"


def post_holder(post_id: str) -> str:
    """Name a post of a mailing list as a holder."""
    return f"post:{post_id}"


def held_holder(held_id: str) -> str:
    """Name a post that waits for a moderator as a holder."""
    return f"held:{held_id}"


def digest_holder(digest_id: str) -> str:
    """Name a digest of a mailing list as a holder."""
    return f"digest:{digest_id}"


def dead_holder(dead_letter_id: str) -> str:
    """Name a dead letter as a holder."""
    return f"dead:{dead_letter_id}"


async def add(conn: AsyncConnection, content: str, holder: str, now: float) -> None:
    """Make `holder` hold `content`; it is no error when it does already.

    Raises ContentAway when the content has been removed for want of a holder.
    """
    result = await conn.execute(_ADD, {"content": content, "holder": holder, "at": now})
    if result.rowcount == 0:
        raise ContentAway(f"content {content} was removed before anything referred to it")


async def add_all(conn: AsyncConnection, content: str, holders: Sequence[str], now: float) -> None:
    """Make many hold one content, as `add` does. Raises ContentAway like that, before any of them does."""
    for holder in holders[:1]:
        await add(conn, content, holder, now)
    # Nobody removes what has a holder, so the others need not look.
    if rest := [{"content": content, "holder": holder, "at": now} for holder in holders[1:]]:
        await conn.execute(_ADD_HELD, rest)


async def drop(conn: AsyncConnection, content: str, holder: str, now: float) -> None:
    """Let `holder` hold `content` no more; it is no error when it did not. `now` starts the hour of grace."""
    result = await conn.execute(_DROP, {"content": content, "holder": holder})
    if result.rowcount:
        await conn.execute(_RELEASE, {"content": content, "at": now})


async def drop_incoming(conn: AsyncConnection, *, before: float, now: float) -> int:
    """Drop the holders of accepted messages that were added before `before`; give how many."""
    contents = [row[0] for row in await conn.execute(_DROP_INCOMING, {"before": before})]
    for content in contents:
        await conn.execute(_RELEASE, {"content": content, "at": now})
    return len(contents)


async def claim_unused(conn: AsyncConnection, written: Sequence[tuple[str, float]], now: float) -> list[str]:
    """Of the contents in `written` (key, time of last write), mark and give those that had no holder for an hour.

    The caller removes their files after the commit. Several replicas may sweep at once: marks and removals repeat
    harmlessly, and content that was marked by a replica that then died is given again.
    """
    old = {content: at for content, at in written if at <= now - UNUSED_FOR}
    if not old:
        return []
    if conn.dialect.name == "postgresql":
        # Holds off every `add` and `drop` until the commit; SQLite's write transactions exclude each other anyway.
        await conn.execute(_HOLD_OFF_WRITERS)
    last_held = dict(old)
    held = set()
    for content, holder, at in await conn.execute(_KNOWN, {"contents": list(old)}):
        if holder == _RELEASED:
            last_held[content] = max(last_held[content], at)
        elif holder != _REMOVED:
            held.add(content)
    unused = [content for content, at in last_held.items() if content not in held and at <= now - UNUSED_FOR]
    for content in unused:
        await conn.execute(_MARK_REMOVED, {"content": content, "at": now})
        await conn.execute(_FORGET_RELEASED, {"content": content})
    return unused


async def forget_removed(conn: AsyncConnection, now: float) -> None:
    """Forget the marks of contents removed a week ago."""
    await conn.execute(_FORGET_REMOVED, {"before": now - _REMEMBER_REMOVED})
