"""Removes content that nobody needs any more, and the references of messages that never came to be.

`mailcore.db.content_refs` has the rules. Several replicas may sweep at once.
"""

from collections.abc import Callable

import structlog

from mailcore.content.interface import ContentStore
from mailcore.db import content_refs
from mailcore.db.database import Database
from processor.backlog import Quiet

SWEEP_SECONDS = 900.0
_LEFTOVER_AFTER = 36 * 3600.0
_QUIET_SECONDS = 3600.0
"""How long no message may have waited on the bus before those that wait for nothing are known to be nowhere."""
_MARGIN = 600.0
"""Seconds before the quiet began in which a reference may have been made for a message still on its way."""
_BATCH = 500

log = structlog.get_logger(__name__)


class Sweep:
    """Sweeps the content store."""

    def __init__(self, database: Database, content: ContentStore, quiet: Quiet, clock: Callable[[], float]) -> None:
        self._database = database
        self._content = content
        self._quiet = quiet
        self._clock = clock

    async def run(self) -> None:
        """Sweep once. Raises DatabaseAway or ContentAway."""
        await self._drop_orphans()
        removed = 0
        batch: list[tuple[str, float]] = []
        async for found in self._content.keys():
            batch.append(found)
            if len(batch) >= _BATCH:
                removed += await self._remove_unused(batch)
                batch = []
        removed += await self._remove_unused(batch)
        removed += await self._content.remove_leftovers(self._clock() - _LEFTOVER_AFTER)
        async with self._database.transaction() as conn:
            await content_refs.forget_removed(conn, self._clock())
        if removed:
            log.info("unused content removed", count=removed)

    async def _remove_unused(self, batch: list[tuple[str, float]]) -> int:
        if not batch:
            return 0
        async with self._database.transaction() as conn:
            unused = await content_refs.claim_unused(conn, batch, self._clock())
        for key in unused:
            await self._content.remove(key)
        return len(unused)

    async def _drop_orphans(self) -> None:
        """Drop the references of messages that are nowhere.

        A message that is on the bus waits there or is in hand, and nobody has one in hand for over a minute: when
        nothing has waited for an hour, whatever was referred to well before that hour is not there.
        """
        since, now = self._quiet.since, self._clock()
        if since is None or now - since < _QUIET_SECONDS:
            return
        async with self._database.transaction() as conn:
            dropped = await content_refs.drop_incoming(conn, before=since - _MARGIN, now=now)
        if dropped:
            log.info("references of messages that were never accepted dropped", count=dropped)
