"""Who got an autoreply from whom lately: one row for two addresses, shared by all replicas and kept over restarts.

Asked in the transaction that makes the reply's jobs, so that neither is there without the other. Times are those at
which the messages that are answered were accepted: the same message asked about twice is answered once, whenever.
"""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_CLAIM = text(
    "INSERT INTO autoreply_sent (account, sender, at) VALUES (:account, :sender, :at)"
    " ON CONFLICT (account, sender) DO UPDATE SET at = excluded.at WHERE autoreply_sent.at + :interval <= excluded.at"
)


async def claim(connection: AsyncConnection, account: str, sender: str, *, at: float, interval: float) -> bool:
    """Say whether `sender` may have a reply from `account` to a message of that time, and if so, remember it.

    `interval`: seconds for which there is no other.
    """
    values = {"account": account, "sender": sender, "at": at, "interval": interval}
    return (await connection.execute(_CLAIM, values)).rowcount > 0
