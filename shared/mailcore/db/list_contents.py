"""What a mailing list holds in the content store: its posts, those that wait for a moderator, and digests."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_HELD = (
    "SELECT 'post:' || id FROM list_post WHERE list_id = :list_id AND content IS NOT NULL"
    " UNION ALL SELECT 'held:' || id FROM list_held WHERE list_id = :list_id AND content IS NOT NULL"
    " UNION ALL SELECT 'digest:' || id FROM list_digest WHERE list_id = :list_id"
)
_RELEASE = text(
    "INSERT INTO content_ref (content, holder, at)"  # noqa: S608 - no value in it
    f" SELECT DISTINCT content, 'released', CAST(:now AS DOUBLE PRECISION) FROM content_ref WHERE holder IN ({_HELD})"
    " ON CONFLICT (content, holder) DO UPDATE SET at = excluded.at"
)
_DROP = text(f"DELETE FROM content_ref WHERE holder IN ({_HELD})")  # noqa: S608 - no value in it


async def let_go(connection: AsyncConnection, list_id: int, now: float) -> None:
    """Let all of it go, before the list itself goes; `now` starts the hour of grace (`content_refs`)."""
    await connection.execute(_RELEASE, {"list_id": list_id, "now": now})
    await connection.execute(_DROP, {"list_id": list_id})
