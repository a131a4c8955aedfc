"""How many recipients each account has sent to lately, counted over all replicas in small rows.

A row counts five minutes of one account. Taking one more is a single statement, so two replicas never both take the
last one. What was taken stays taken when the message does not come: a client cannot probe for free.
"""

from sqlalchemy import text

from mailcore.db.database import Database

_HOUR_SECONDS = 3600
_BUCKET_SECONDS = 300
_BUCKETS = _HOUR_SECONDS // _BUCKET_SECONDS

_OTHERS = (
    "(SELECT COALESCE(SUM(count), 0) FROM send_count AS others"
    " WHERE others.account = :account AND others.bucket >= :oldest AND others.bucket < :bucket)"
)
# The second look is for two who take at once: one waits for the other's row and sees it as it is then.
_TAKE = text(
    "INSERT INTO send_count (account, bucket, count)"
    f" SELECT :account, :bucket, 1 WHERE {_OTHERS} < :most"
    " ON CONFLICT (account, bucket) DO UPDATE SET count = send_count.count + 1"
    f" WHERE send_count.count + {_OTHERS} < :most"
    " RETURNING count"
)


class SendRate:
    """Counts recipients."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self, account: str, most: int, now: float) -> bool:
        """Count one more recipient of `account`, unless `most` have been counted within the hour before `now`.

        Give whether it was counted. Raises DatabaseAway.
        """
        bucket = int(now) // _BUCKET_SECONDS
        # The oldest bucket lies in the hour with a part only; it counts whole, so that no hour has more than `most`.
        values = {"account": account, "bucket": bucket, "oldest": bucket - _BUCKETS, "most": most}
        async with self._database.transaction() as connection:
            return (await connection.execute(_TAKE, values)).one_or_none() is not None


def oldest_bucket(now: float) -> int:
    """Give the oldest bucket that still counts at `now`: rows before it can go."""
    return int(now) // _BUCKET_SECONDS - _BUCKETS
