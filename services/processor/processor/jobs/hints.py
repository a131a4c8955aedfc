"""Hints that jobs are due, so that a worker looks at once. Their loss is harmless: workers look by themselves too."""

from collections.abc import Iterable

import structlog

from mailcore.bus.interface import Bus
from mailcore.bus.topology import OUTBOUND
from mailcore.db.jobs import NewJob
from mailcore.errors import BusAway

log = structlog.get_logger(__name__)


async def hint(bus: Bus, jobs: Iterable[NewJob], now: float) -> None:
    """Announce those of `jobs` that are due. Called after the commit that made them."""
    try:
        for job in jobs:
            if job.not_before <= now:
                await bus.publish(OUTBOUND, b"", id=job.id)
    except BusAway as error:
        log.debug("no hint was given", reason=str(error))
