"""What changed, in the order in which it was committed: written with each change, read by every replica.

`append_change` is called in the transaction of the change itself. `ChangeFeed` reads the log every 250 ms and tells
its subscribers; there is no broadcast that could be lost.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from mailcore.db.database import Database
from mailcore.db.tables import change_counter, change_log
from mailcore.errors import DatabaseAway

EVERYTHING = "*"
"""The entity of a change that stands for all of them: what changed is no longer known."""

_INTERVAL_SECONDS = 0.25
_FRESH_SECONDS = 5.0
_MOST_AT_ONCE = 1000

_COUNT = update(change_counter).values(number=change_counter.c.number + 1).returning(change_counter.c.number)
_NUMBER = select(change_counter.c.number)
# The counter and the log are of one snapshot, and the counter's row always comes: so a gap cannot hide.
_SINCE = (
    select(change_counter.c.number.label("newest"), change_log.c.number, change_log.c.entity, change_log.c.key)
    .select_from(change_counter.outerjoin(change_log, change_log.c.number > bindparam("number")))
    .order_by(change_log.c.number)
    .limit(_MOST_AT_ONCE)
)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one entity."""

    number: int
    """Counts up by one, in the order of commits."""
    entity: str
    """`settings`, `domain`, `account`, `token`; or EVERYTHING."""
    key: str
    """The entity's natural key, such as an address."""

    def is_about(self, *entities: str) -> bool:
        """Whether it changed one of `entities`, as far as is known."""
        return self.entity in entities or self.entity == EVERYTHING


Subscriber = Callable[[Sequence[Change]], Awaitable[None] | None]
"""Hears of changes. It may hear of the same ones again, after it or another subscriber has failed."""


async def append_change(connection: AsyncConnection, entity: str, key: str) -> int:
    """Note in this transaction that `key` of `entity` has changed; give the number of the change.

    Call it last: from here to the commit all other changes wait, which is what puts numbers in commit order.
    """
    number: int = (await connection.execute(_COUNT)).scalar_one()
    now = datetime.now(UTC)
    await connection.execute(insert(change_log).values(number=number, at=now, entity=entity, key=key))
    return number


class ChangeFeed:
    """Reads the change log as it grows."""

    def __init__(self, database: Database, *, interval_seconds: float = _INTERVAL_SECONDS) -> None:
        self.number = 0
        """The last change that all subscribers have heard of."""
        self._database = database
        self._subscribers: list[Subscriber] = []
        self._read_at = float("-inf")
        self._task: asyncio.Task[None] | None = None
        self._is_asked = asyncio.Event()
        self._interval_seconds = interval_seconds

    def subscribe(self, subscriber: Subscriber) -> None:
        """Call `subscriber` with every change from now on."""
        self._subscribers.append(subscriber)

    def is_fresh(self, now: float) -> bool:
        """Whether the log was read within the last 5 s of `now` (`time.monotonic`)."""
        return now - self._read_at <= _FRESH_SECONDS

    def look(self) -> None:
        """Read the log at once, not only when it is time again: something has changed."""
        self._is_asked.set()

    async def start(self) -> None:
        """Read where the log stands, then go on reading. Raises DatabaseAway when the first read fails.

        Subscribers hear that everything may have changed: they may have read before the log's first read.
        """
        began = time.monotonic()
        async with self._database.read() as connection:
            number = (await connection.execute(_NUMBER)).scalar_one()
        await self._tell([Change(number, EVERYTHING, "")])
        self.number = number
        self._read_at = began
        self._task = asyncio.create_task(self._run(), name="change-feed")

    async def stop(self) -> None:
        """Read no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def _run(self) -> None:
        is_away = False
        task = asyncio.current_task()
        # What was cancelled may have raised an error of its own instead; then the cancellation is heard nowhere else.
        while task is not None and not task.cancelling():
            with suppress(TimeoutError):
                async with asyncio.timeout(self._interval_seconds):
                    await self._is_asked.wait()
            self._is_asked.clear()
            try:
                await self._catch_up()
            except DatabaseAway as error:
                if not is_away:
                    log.warning("changes_unreadable", reason=str(error))
                is_away = True
            except Exception:
                # A subscriber's mistake: it hears of the same changes again, and until it has taken them this
                # replica counts as stale, which makes it answer 451 rather than wrongly.
                log.exception("change_subscriber_failed")
            else:
                is_away = False

    async def _catch_up(self) -> None:
        is_behind = True
        while is_behind:
            began = time.monotonic()
            async with self._database.read() as connection:
                rows = (await connection.execute(_SINCE, {"number": self.number})).all()
            newest = rows[0].newest
            changes = [Change(row.number, row.entity, row.key) for row in rows if row.number is not None]
            if newest != self.number and (not changes or changes[0].number != self.number + 1):
                # Pruned before we read it, or the database is another one than it was.
                changes = [Change(newest, EVERYTHING, "")]
            if changes:
                await self._tell(changes)
                self.number = changes[-1].number
            self._read_at = began
            is_behind = self.number < newest

    async def _tell(self, changes: Sequence[Change]) -> None:
        for subscriber in self._subscribers:
            waiting = subscriber(changes)
            if waiting is not None:
                await waiting
