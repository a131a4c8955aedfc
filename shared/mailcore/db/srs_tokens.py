"""Senders too long for an address of ours, by the token that stands for them there (`mailcore.srs`)."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_PUT = text(
    "INSERT INTO srs_token (token, sender, at) VALUES (:token, :sender, :at)"
    " ON CONFLICT (token) DO UPDATE SET at = excluded.at WHERE srs_token.at < excluded.at"
)
_FIND = text("SELECT sender FROM srs_token WHERE token = :token")


async def put(connection: AsyncConnection, token: str, sender: str, at: float) -> None:
    """Keep a sender, in the transaction that makes the job whose sender holds the token; `at`: when it was forwarded.

    Removed a month after it was last put (`retention`).
    """
    await connection.execute(_PUT, {"token": token, "sender": sender, "at": at})


async def find(connection: AsyncConnection, token: str) -> str | None:
    """Give the sender."""
    found: str | None = (await connection.execute(_FIND, {"token": token})).scalar_one_or_none()
    return found
