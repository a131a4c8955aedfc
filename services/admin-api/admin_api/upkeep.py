"""What has to be done every hour: old traces and old changes go.

Every replica of the REST API tries; the database sees to it that they do not get in each other's way.
"""

import asyncio
from collections.abc import Callable

import structlog

from mailcore.db.database import Database
from mailcore.db.live_settings import LiveSettings
from mailcore.db.retention import keep_house
from mailcore.errors import DatabaseAway

EVERY_SECONDS = 3600.0
AGAIN_SECONDS = 60.0
"""How soon it is tried again after the database was away."""

log = structlog.get_logger(__name__)


class Upkeep:
    """Keeps house from `start` to `stop`, for the first time at once."""

    def __init__(self, database: Database, settings: LiveSettings, clock: Callable[[], float]) -> None:
        self._database = database
        self._settings = settings
        self._clock = clock
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin."""
        self._task = asyncio.create_task(self._run(), name="upkeep")

    async def stop(self) -> None:
        """End, whatever is under way; it is done the next time."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def _run(self) -> None:
        while True:
            seconds = await self._once()
            await asyncio.sleep(seconds)

    async def _once(self) -> float:
        """Keep house once; give how many seconds to wait until the next time."""
        days = self._settings.current.settings.trace.retention_days
        try:
            done = await keep_house(self._database, retention_days=days, now=self._clock())
        except DatabaseAway as error:
            log.warning("upkeep put off", reason=str(error), again_in_seconds=AGAIN_SECONDS)
            return AGAIN_SECONDS
        except Exception:
            # The boundary of a background task: one bad hour must not end all later ones.
            log.exception("upkeep failed", again_in_seconds=EVERY_SECONDS)
            return EVERY_SECONDS
        if done is not None:
            log.info(
                "upkeep done",
                partitions_dropped=done.partitions_dropped,
                traces_removed=done.traces_removed,
                changes_removed=done.changes_removed,
            )
        return EVERY_SECONDS
