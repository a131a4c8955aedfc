"""Which outbound jobs this worker may take: as many as the settings that hold now allow over all replicas."""

from collections.abc import Callable, Collection

from sqlalchemy.ext.asyncio import AsyncConnection

from mailcore.db import outbound_jobs
from mailcore.db.jobs import Job
from mailcore.db.outbound_jobs import Pace
from mailcore.settings import DeliverySettings


def pace_of(settings: DeliverySettings) -> Pace:
    """Give the limits."""
    most = settings.max_connections_per_domain
    return Pace(settings.max_connections, most, min(settings.first_connections_per_domain, most))


class PacedClaim:
    """Claims outbound jobs; implements `processor.jobs.kinds.Claim`."""

    def __init__(self, settings: Callable[[], DeliverySettings]) -> None:
        """Follow the settings that `settings` gives: those that hold now."""
        self._settings = settings

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
        pace = pace_of(self._settings())
        return await outbound_jobs.claim(conn, pace, owner=owner, now=now, lease_until=lease_until, limit=limit)
