"""How many reports one address got lately, over all replicas: buckets of ten minutes, each address a row in each."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_BUCKET = 600
_BUCKETS_PER_HOUR = 6
_ADD = text(
    "INSERT INTO dsn_count (address, bucket, count) VALUES (:address, :bucket, 1)"
    " ON CONFLICT (address, bucket) DO UPDATE SET count = dsn_count.count + 1"
)
_TAKE_BACK = text("UPDATE dsn_count SET count = count - 1 WHERE address = :address AND bucket = :bucket")
_SUM = text("SELECT coalesce(sum(count), 0) FROM dsn_count WHERE address = :address AND bucket > :before")
_FORGET = text("DELETE FROM dsn_count WHERE bucket <= :before")


async def admit(conn: AsyncConnection, address: str, most: int, now: float) -> bool:
    """Count one report to `address`, unless it has had `most` within the hour; say whether it was. 0: no limit.

    Whoever counts for the same address waits until this transaction has ended; whoever counts for several does so in
    the order of their names. Only where two replicas count at once on both sides of a bucket's end may one more pass.
    """
    if most == 0:
        return True
    bucket = int(now) // _BUCKET
    values = {"address": address, "bucket": bucket}
    # First the row, which others wait for: whoever sums up afterwards sees what they have counted.
    await conn.execute(_ADD, values)
    had = await conn.execute(_SUM, {"address": address, "before": bucket - _BUCKETS_PER_HOUR})
    if had.scalar_one() <= most:
        return True
    await conn.execute(_TAKE_BACK, values)
    return False


async def forget_old(conn: AsyncConnection, now: float) -> None:
    """Forget what no limit asks for any more."""
    await conn.execute(_FORGET, {"before": int(now) // _BUCKET - _BUCKETS_PER_HOUR})
