"""Hints that jobs are due, so that a worker looks at once. Their loss is harmless: workers look by themselves too."""

import asyncio
from collections.abc import Iterable
from itertools import islice

import structlog

from mailcore.bus.interface import Bus
from mailcore.bus.topology import OUTBOUND
from mailcore.db.jobs import NewJob
from mailcore.errors import BusAway

_MOST = 16
"""Hints about jobs that were made together: who hears one looks for all that are due, and so many replicas may hear."""

log = structlog.get_logger(__name__)


async def hint(bus: Bus, jobs: Iterable[NewJob], now: float) -> None:
    """Announce that some of `jobs` are due `now`, where they are. Called after the commit that made them."""
    due = [job.id for job in islice((job for job in jobs if job.not_before <= now), _MOST)]
    try:
        if len(due) == 1:
            await bus.publish(OUTBOUND, b"", id=due[0])
        elif due:
            await asyncio.gather(*(bus.publish(OUTBOUND, b"", id=job_id) for job_id in due))
    except BusAway as error:
        log.debug("no hint was given", reason=str(error))
