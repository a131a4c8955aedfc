"""The settings that hold now, in every replica: a frozen value, swapped whole when a change is announced."""

from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from mailcore.db.changes import Change, ChangeFeed
from mailcore.db.database import Database
from mailcore.db.overrides import Overrides, resolve
from mailcore.db.sealed_settings import opened
from mailcore.db.tables import setting_revision
from mailcore.seal import Seal
from mailcore.settings import RuntimeSettings

ENTITY = "settings"
"""What the change log and the audit log call them."""

_NEWEST = (
    select(setting_revision.c.number, setting_revision.c.overrides).order_by(setting_revision.c.number.desc()).limit(1)
)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The settings at one revision. Revision 0 is the defaults."""

    revision: int
    settings: RuntimeSettings


async def read_newest(connection: AsyncConnection) -> tuple[int, Overrides]:
    """Give number and overrides of the newest revision, as stored: secrets are sealed, and so unknown."""
    row = (await connection.execute(_NEWEST)).one_or_none()
    return (0, {}) if row is None else (row.number, row.overrides)


async def read_snapshot(database: Database, seal: Seal) -> Snapshot:
    """Read the settings that hold now. What no longer validates is logged and ignored. Raises DatabaseAway.

    A secret that `seal` does not open is logged too, and UNKNOWN.
    """
    async with database.read() as connection:
        number, stored = await read_newest(connection)
    overrides, broken = opened(stored, seal)
    settings, _, ignored = resolve(overrides)
    for one in (*broken, *ignored):
        log.error("stored_setting_ignored", setting=one.key, reason=one.reason, revision=number)
    return Snapshot(number, settings)


class LiveSettings:
    """Keeps the newest settings at hand."""

    def __init__(self, database: Database, feed: ChangeFeed, seal: Seal) -> None:
        self._database = database
        self._seal = seal
        self._snapshot = Snapshot(0, RuntimeSettings())
        feed.subscribe(self._hear)

    @property
    def current(self) -> Snapshot:
        """What holds now. Take it once for each transaction, so that one judgement knows one revision."""
        return self._snapshot

    async def start(self) -> None:
        """Read them for the first time; before that the defaults hold. Raises DatabaseAway."""
        self._snapshot = await read_snapshot(self._database, self._seal)

    async def _hear(self, changes: Sequence[Change]) -> None:
        if any(change.is_about(ENTITY) for change in changes):
            self._snapshot = await read_snapshot(self._database, self._seal)
