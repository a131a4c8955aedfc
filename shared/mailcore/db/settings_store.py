"""Changing the settings: revisions with author and difference, restored by making a new one.

Called by the REST API. `Snapshot` and `LiveSettings` are what services read; see `live_settings.py`.
"""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from hashlib import sha256

from pydantic import BaseModel, JsonValue
from pydantic_core import to_json
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from mailcore.db import audit_log
from mailcore.db.changes import append_change
from mailcore.db.database import Database
from mailcore.db.live_settings import ENTITY, LiveSettings, Snapshot, read_newest, read_snapshot
from mailcore.db.locks import lock_table
from mailcore.db.overrides import Overrides, changed, group_model, resolve, shown, values_of
from mailcore.db.paging import MOST_NUMBER, Page, number_cursor
from mailcore.db.sealed_settings import closed, opened
from mailcore.db.tables import setting_revision
from mailcore.directory.stored import Entity
from mailcore.errors import Changed, NotFound
from mailcore.seal import Seal

__all__ = ["LiveSettings", "Revision", "SettingChange", "SettingsStore", "Snapshot"]


class SettingChange(Entity):
    """One setting that differs."""

    key: str
    """Group and name, such as `smtp.max_recipients`."""
    before: JsonValue
    """The value before."""
    after: JsonValue
    """The value since."""


class Revision(Entity):
    """One state of all settings. Revision 0, the defaults, is nobody's and of no time."""

    number: int
    """Counts up by one."""
    at: datetime | None
    """When it was made."""
    author: str | None
    """Who made it: the name of the token."""
    changes: tuple[SettingChange, ...]
    """What it changed of the revision before it."""
    overrides: dict[str, dict[str, JsonValue]]
    """Everything that is set in it, by group; defaults hold for the rest."""


_DEFAULTS = Revision(number=0, at=None, author=None, changes=(), overrides={})


class SettingsStore:
    """Reads, changes and restores settings."""

    def __init__(self, database: Database, seal: Seal) -> None:
        """`seal`: what closes and opens the secrets among them."""
        self._database = database
        self._seal = seal

    async def current(self) -> Snapshot:
        """Read the settings that hold now. Raises DatabaseAway."""
        return await read_snapshot(self._database, self._seal)

    @staticmethod
    def group_of(snapshot: Snapshot, group: str) -> tuple[BaseModel, str]:
        """Give the values of one group and their version, for an ETag. Raises NotFound for an unknown group."""
        group_model(group)
        values: BaseModel = getattr(snapshot.settings, group)
        return values, sha256(to_json(values)).hexdigest()[:32]

    async def patch(
        self,
        group: str,
        changes: Mapping[str, JsonValue],
        author: str,
        if_match: Collection[str] | None = None,
    ) -> Snapshot:
        """Apply a merge patch to one group and give what holds then; a patch that changes nothing makes no revision.

        Raises NotFound for an unknown group, Invalid when a key or value is not allowed, Changed when the group is at
        none of the versions `if_match`.
        """
        async with self._database.transaction() as connection:
            await lock_table(connection, setting_revision)
            number, stored = await read_newest(connection)
            before, _ = opened(stored, self._seal)
            settings, _, _ = resolve(before)
            if if_match is not None and self.group_of(Snapshot(number, settings), group)[1] not in if_match:
                raise Changed(f"the settings {group!r} have changed since they were read")
            after = changed(before, group, changes)
            return await self._store(connection, number, before, after, author, like=stored)

    async def restore(self, number: int, author: str) -> Snapshot:
        """Make a new revision that sets what revision `number` set. Raises NotFound."""
        wanted = await self._stored(number)
        async with self._database.transaction() as connection:
            await lock_table(connection, setting_revision)
            newest, stored = await read_newest(connection)
            # What that revision set and this version no longer allows stays out.
            _, overrides, _ = resolve(self._opened(wanted))
            before, _ = opened(stored, self._seal)
            return await self._store(connection, newest, before, overrides, author, like=wanted.overrides)

    async def revisions(self, cursor: str | None, limit: int) -> Page[Revision]:
        """Give the revisions, newest first, down to the defaults. Raises Invalid for a cursor that no page gave."""
        query = select(setting_revision).order_by(setting_revision.c.number.desc()).limit(limit + 1)
        if cursor is not None:
            query = query.where(setting_revision.c.number < min(number_cursor(cursor), 2**31 - 1))
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).mappings().all()
        found = [_shown(Revision.model_validate(dict(row))) for row in rows]
        if len(found) <= limit and cursor != "0":
            found.append(_DEFAULTS)
        return Page.of(found, limit, lambda revision: str(revision.number))

    async def revision(self, number: int) -> Revision:
        """Give one revision. Raises NotFound."""
        return _shown(await self._stored(number))

    async def _stored(self, number: int) -> Revision:
        """Give one revision as stored."""
        if number == 0:
            return _DEFAULTS
        row = None
        if 0 < number <= min(MOST_NUMBER, 2**31 - 1):
            async with self._database.read() as connection:
                query = select(setting_revision).where(setting_revision.c.number == number)
                row = (await connection.execute(query)).mappings().one_or_none()
        if row is None:
            raise NotFound(f"there is no revision {number} of the settings")
        return Revision.model_validate(dict(row))

    async def diff(self, number: int, to: int) -> tuple[SettingChange, ...]:
        """Give what differs from revision `number` to revision `to`, by the values that hold. Raises NotFound."""
        before, after = await self._stored(number), await self._stored(to)
        return _difference(self._opened(before), self._opened(after))

    def _opened(self, revision: Revision) -> Overrides:
        return opened(revision.overrides, self._seal)[0]

    async def _store(
        self,
        connection: AsyncConnection,
        number: int,
        before: Overrides,
        after: Overrides,
        author: str,
        *,
        like: Overrides,
    ) -> Snapshot:
        """`like`: the stored overrides that `after` was made of, secrets sealed."""
        settings, _, _ = resolve(after)
        if after == before:
            return Snapshot(number, settings)
        changes = _difference(before, after)
        await connection.execute(
            insert(setting_revision).values(
                number=number + 1,
                at=datetime.now(UTC),
                author=author,
                changes=[change.model_dump() for change in changes],
                overrides=closed(after, self._seal, like),
            )
        )
        await audit_log.record(
            connection,
            author=author,
            action="update",
            entity=ENTITY,
            key=str(number + 1),
            before={change.key: change.before for change in changes},
            after={change.key: change.after for change in changes},
        )
        await append_change(connection, ENTITY, str(number + 1))
        return Snapshot(number + 1, settings)


def _shown(revision: Revision) -> Revision:
    return revision.model_copy(update={"overrides": shown(revision.overrides)})


def _difference(before: Overrides, after: Overrides) -> tuple[SettingChange, ...]:
    old, new = values_of(resolve(before)[0]), values_of(resolve(after)[0])
    old_shown, new_shown = shown(old), shown(new)
    return tuple(
        SettingChange(key=f"{group}.{key}", before=old_shown[group][key], after=new_shown[group][key])
        for group, values in new.items()
        for key, value in values.items()
        if old[group][key] != value
    )
