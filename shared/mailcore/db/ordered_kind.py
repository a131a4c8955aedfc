"""Entities that are an ordered list: each has a place, counted from 1, and moving one moves the others.

They are known by the number of their row, since a place is nothing to be known by.
"""

from typing import Any, TypeVar

from sqlalchemy import ColumnElement, RowMapping, Table, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from mailcore.db.entity_kind import EntityKind, Fields
from mailcore.db.paging import number_cursor
from mailcore.directory.stored import Placed

InPlace = TypeVar("InPlace", bound=Placed)


class OrderedKind(EntityKind[Fields, InPlace]):
    """Entities with a column `position`, of which the places are 1, 2, 3 ... without gaps."""

    def __init__(self, name: str, table: Table, fields: type[Fields], read: type[InPlace]) -> None:
        super().__init__(name, table, "id", fields, read)
        self._place = table.c.position

    @property
    def order(self) -> ColumnElement[Any]:
        """The place."""
        return self._place

    def after(self, cursor: str) -> ColumnElement[bool]:
        """Say which rows have a later place. Raises Invalid."""
        return self._place > number_cursor(cursor)

    def cursor_of(self, value: InPlace) -> str:
        """Give the place."""
        return str(value.position)

    def normalise(self, key: str) -> int:
        """Give the number of a row. Raises ValueError when it is none."""
        if not (key.isascii() and key.isdigit() and len(key) < 19):  # noqa: PLR2004 - 63 bits
            raise ValueError(f"there is no {self.name} {key}")
        return int(key)

    async def begin(self, connection: AsyncConnection) -> None:
        """Let nobody else move them meanwhile; reading goes on. SQLite has one writer anyway."""
        if connection.dialect.name == "postgresql":
            await connection.execute(text(f"LOCK TABLE {self.table.name} IN SHARE ROW EXCLUSIVE MODE"))

    async def complete(self, connection: AsyncConnection, columns: dict[str, Any]) -> dict[str, Any]:
        """Make room at the place that is wanted; None is the last."""
        last = await self._last(connection) + 1
        place = min(columns["position"] or last, last)
        await self._move(connection, place, last, by=1)
        return columns | {"position": place}

    async def adjust(self, connection: AsyncConnection, row: RowMapping, changed: dict[str, Any]) -> dict[str, Any]:
        """Move those between the old place and the new one."""
        if "position" not in changed:
            return changed
        last = await self._last(connection)
        old, new = row["position"], min(changed["position"] or last, last)
        if new == old:
            return {name: value for name, value in changed.items() if name != "position"}
        if new < old:
            await self._move(connection, new, old, by=1)
        else:
            await self._move(connection, old + 1, new + 1, by=-1)
        return changed | {"position": new}

    async def before_delete(self, connection: AsyncConnection, row: RowMapping) -> None:
        """Close the gap."""
        await self._move(connection, row["position"] + 1, None, by=-1)

    async def _last(self, connection: AsyncConnection) -> int:
        last = await connection.execute(select(func.coalesce(func.max(self._place), 0)).where(self.within))
        found: int = last.scalar_one()
        return found

    async def _move(self, connection: AsyncConnection, begin: int, end: int | None, *, by: int) -> None:
        """Move those with places from `begin` to before `end`: they change too, and so does their version."""
        values = {"position": self._place + by, "version": self.table.c.version + 1}
        moved = update(self.table).where(self.within, self._place >= begin).values(values)
        await connection.execute(moved if end is None else moved.where(self._place < end))
