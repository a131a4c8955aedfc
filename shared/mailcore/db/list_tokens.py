"""Every statement about one-time tokens of mailing lists, and about how much an address is sent in a day.

A token is used by one compare-and-set, so of two who use it at once, in whatever replicas, one does. Times are seconds
since the epoch.
"""

import msgspec
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from mailcore.list_deeds import FOR_OFFICERS, Token, TokenDetail

MOST_CONFIRMATIONS = 3
"""Messages with a token that an address is sent in a day, whatever lists they are of."""
DAY = 86400.0
_KEEP_USED = 7 * DAY
"""For how long who uses one again is told that it was used."""

_COLUMNS = "id, list_id, kind, address, detail, at, expires_at, used_at"
_PUT = text(
    f"INSERT INTO list_token ({_COLUMNS}) VALUES (:id, :list_id, :kind, :address, :detail, :at, :expires_at, NULL)"  # noqa: S608 - no value in it
    " ON CONFLICT (id) DO NOTHING"
)
_GET = text(f"SELECT {_COLUMNS} FROM list_token WHERE id = :id")  # noqa: S608 - no value in it
_USE = text("UPDATE list_token SET used_at = :now WHERE id = :id AND used_at IS NULL AND expires_at > :now")
_USE_ALIKE = text(
    "UPDATE list_token SET used_at = :now"
    " WHERE list_id = :list_id AND kind = :kind AND address = :address AND used_at IS NULL"
)
_FORGET = text("DELETE FROM list_token WHERE expires_at < :before")
_COUNT = text(
    "INSERT INTO list_confirmation (address, day, count) VALUES (:address, :day, 1)"
    " ON CONFLICT (address, day) DO UPDATE SET count = list_confirmation.count + 1"
    " WHERE list_confirmation.count < :most RETURNING count"
)
_COUNTED = text("SELECT count FROM list_confirmation WHERE address = :address AND day = :day")
_FORGET_COUNTS = text("DELETE FROM list_confirmation WHERE day < :day")

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(TokenDetail)


async def put(connection: AsyncConnection, token: Token) -> None:
    """Keep a new token."""
    values = msgspec.structs.asdict(token) | {"detail": _encoder.encode(token.detail).decode()}
    await connection.execute(_PUT, values)


async def get(connection: AsyncConnection, token_id: str) -> Token | None:
    """Give the token, used or not; None where there is none, or it was forgotten."""
    row = (await connection.execute(_GET, {"id": token_id})).mappings().one_or_none()
    return None if row is None else Token(**{**row, "detail": _decoder.decode(row["detail"])})


async def use(connection: AsyncConnection, token: Token, now: float) -> bool:
    """Use it; give False when somebody has, or it has expired.

    What several may decide is decided for all of them: the others' tokens are used too.
    """
    if not (await connection.execute(_USE, {"id": token.id, "now": now})).rowcount:
        return False
    if token.kind in FOR_OFFICERS and token.kind != "held":
        alike = {"list_id": token.list_id, "kind": token.kind, "address": token.address, "now": now}
        await connection.execute(_USE_ALIKE, alike)
    return True


async def count(connection: AsyncConnection, what: str, now: float, most: int = MOST_CONFIRMATIONS) -> bool:
    """Count one more of `what` on this day (UTC), of at most `most`; give False, and count nothing, past that."""
    values = {"address": what, "day": int(now // DAY), "most": most}
    return (await connection.execute(_COUNT, values)).scalar_one_or_none() is not None


async def counted(connection: AsyncConnection, what: str, now: float) -> int:
    """Give how often `what` was counted on this day (UTC)."""
    values = {"address": what, "day": int(now // DAY)}
    return (await connection.execute(_COUNTED, values)).scalar_one_or_none() or 0


async def forget_old(connection: AsyncConnection, now: float) -> None:
    """Forget what expired a week ago, and the counts of days before yesterday."""
    await connection.execute(_FORGET, {"before": now - _KEEP_USED})
    await connection.execute(_FORGET_COUNTS, {"day": int(now // DAY) - 1})
