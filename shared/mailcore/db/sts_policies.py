"""MTA-STS policies as they were fetched (RFC 8461), for all replicas: one that was seen holds until it is too old.

A row without a policy says that none could be had, and until when nobody need ask again.
"""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from mailcore.db.jobs import storable

_FORGOTTEN_AFTER = 86_400.0
_READ = text(
    "SELECT policy_id, policy, fetched_at, expires_at, retry_at, last_error FROM sts_policy WHERE domain = :domain"
)
# Two replicas may have fetched at once: the later one holds.
_PUT = text(
    "INSERT INTO sts_policy (domain, policy_id, policy, fetched_at, expires_at, retry_at, last_error, at)"
    " VALUES (:domain, :policy_id, :policy, :now, :expires_at, 0, '', :now)"
    " ON CONFLICT (domain) DO UPDATE SET policy_id = excluded.policy_id, policy = excluded.policy,"
    " fetched_at = excluded.fetched_at, expires_at = excluded.expires_at, retry_at = 0, last_error = '',"
    " at = excluded.at"
    " WHERE sts_policy.fetched_at <= excluded.fetched_at"
)
_FAILED = text(
    "INSERT INTO sts_policy (domain, policy_id, policy, fetched_at, expires_at, retry_at, last_error, at)"
    " VALUES (:domain, '', '', 0, 0, :retry_at, :why, :now)"
    " ON CONFLICT (domain) DO UPDATE SET retry_at = excluded.retry_at, last_error = excluded.last_error,"
    " at = excluded.at"
)
_FORGET = text("DELETE FROM sts_policy WHERE expires_at < :now AND at < :before")


@dataclass(frozen=True, slots=True)
class KeptPolicy:
    """What is known of a domain's policy. Times in seconds since the epoch."""

    policy_id: str = ""
    policy: str = ""
    """As it was fetched; empty: none is known."""
    fetched_at: float = 0.0
    expires_at: float = 0.0
    retry_at: float = 0.0
    """When it may be asked for again, after it could not be had."""
    last_error: str = ""


async def read(conn: AsyncConnection, domain: str) -> KeptPolicy:
    """Give what is known."""
    row = (await conn.execute(_READ, {"domain": domain})).one_or_none()
    return KeptPolicy() if row is None else KeptPolicy(*row)


async def put(
    conn: AsyncConnection, domain: str, policy_id: str, policy: str, *, expires_at: float, now: float
) -> None:
    """Keep a policy that was fetched `now`."""
    values = {"domain": domain, "policy_id": policy_id, "policy": policy, "expires_at": expires_at, "now": now}
    await conn.execute(_PUT, values)


async def failed(conn: AsyncConnection, domain: str, why: str, *, retry_at: float, now: float) -> None:
    """Note that a policy could not be had; one that is known stays."""
    await conn.execute(_FAILED, {"domain": domain, "why": storable(why), "retry_at": retry_at, "now": now})


async def forget_old(conn: AsyncConnection, now: float) -> None:
    """Forget policies that no longer hold, a day after they were last heard of."""
    await conn.execute(_FORGET, {"now": now, "before": now - _FORGOTTEN_AFTER})
