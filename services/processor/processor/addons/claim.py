"""Which jobs for addons this worker may take."""

from collections.abc import Collection

from sqlalchemy.ext.asyncio import AsyncConnection

from mailcore.db import addon_jobs
from mailcore.db.jobs import Job


class AddonClaim:
    """Claims jobs for addons; implements `processor.jobs.kinds.Claim`."""

    def __init__(self, most: int) -> None:
        """`most`: how many messages one addon has in hand at once."""
        self._most = most

    async def __call__(
        self,
        conn: AsyncConnection,
        *,
        kinds: Collection[str],  # noqa: ARG002 - it is for one kind alone
        owner: str,
        now: float,
        lease_until: float,
        limit: int,
    ) -> list[Job]:
        """Lease jobs that may run now to `owner`."""
        return await addon_jobs.claim(conn, self._most, owner=owner, now=now, lease_until=lease_until, limit=limit)
