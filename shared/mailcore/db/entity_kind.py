"""What is particular to one kind of entity: its table, its models, and what happens beside storing the fields.

The base class stores fields as columns of the same names. A kind that needs more says so by overriding; see
`kinds.py`. Called by `entity_store.py` only.
"""

from collections.abc import Collection, Mapping
from typing import Any, Generic, TypeVar

from pydantic import BaseModel
from sqlalchemy import ColumnElement, RowMapping, Table, true
from sqlalchemy.ext.asyncio import AsyncConnection

from mailcore.directory.stored import Stored

Fields = TypeVar("Fields", bound=BaseModel)
Read = TypeVar("Read", bound=Stored)


class EntityKind(Generic[Fields, Read]):
    """An entity that is stored as one row, known by a key that never changes."""

    def __init__(self, name: str, table: Table, key: str, fields: type[Fields], read: type[Read]) -> None:
        self.name = name
        """What the change log and the audit log call it."""
        self.table = table
        self.key = key
        """The field, and the unique column, by which it is known."""
        self.unique = key
        """What no two of them have in common, in words."""
        self.fields = fields
        self.read = read

    @property
    def key_column(self) -> ColumnElement[Any]:
        """The column of the key."""
        return self.table.c[self.key]

    @property
    def within(self) -> ColumnElement[bool]:
        """Say which rows are meant at all: those of one owner, where a table holds those of many."""
        return true()

    @property
    def order(self) -> ColumnElement[Any]:
        """The column by which they are listed."""
        return self.key_column

    def after(self, cursor: str) -> ColumnElement[bool]:
        """Say which rows come after the one that `cursor_of` gave a cursor for. Raises Invalid when it gave none."""
        return self.order > cursor

    def cursor_of(self, value: Read) -> str:
        """Give the cursor of an entity."""
        return str(getattr(value, self.key))

    def searched(self) -> ColumnElement[str]:
        """Give the text that a search looks into."""
        return self.key_column

    def normalise(self, key: str) -> Any:
        """Give the stored form of a key that somebody wrote. Raises ValueError when no entity could have it."""
        return key

    async def locate(self, connection: AsyncConnection, key: str) -> Any:
        """Give the stored form of a key where only what else is stored can tell it. Raises ValueError like that."""
        del connection
        return self.normalise(key)

    async def begin(self, connection: AsyncConnection) -> None:
        """Take the locks that a change needs beside its row's, before anything is read for it."""

    def check(self, fields: Fields, changed: Collection[str]) -> None:
        """Raise Invalid when fields that are valid as such must not be stored; `changed` names those that are new."""

    async def columns(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Turn validated fields into columns. Runs before the transaction, so it may take its time."""
        return dict(given)

    async def complete(self, connection: AsyncConnection, columns: dict[str, Any]) -> dict[str, Any]:
        """Add, in the transaction that makes a row, the columns that are no fields. Raises Invalid."""
        del connection
        return columns

    async def created(self, connection: AsyncConnection, row: RowMapping) -> None:
        """Store, in the transaction that has made a row, what belongs to it elsewhere."""

    async def adjust(self, connection: AsyncConnection, row: RowMapping, changed: dict[str, Any]) -> dict[str, Any]:
        """Give the columns of `row` as they are to be changed, having made room for that in the same transaction."""
        del connection, row
        return changed

    async def before_delete(self, connection: AsyncConnection, row: RowMapping) -> None:
        """Raise Conflict, in the transaction that removes a row, when something stands against it."""

    def audited_as(self, row: RowMapping) -> str:
        """Give what the audit log calls the entity."""
        return str(row[self.key])

    def announced_as(self, row: RowMapping) -> str:
        """Give the key under which others remember it, for the change log."""
        return str(row[self.key])

    def written(self, row: RowMapping) -> dict[str, Any]:
        """Give what an operator wrote, as far as it can be read back."""
        return {name: row[name] for name in self.fields.model_fields if name in row}

    def audited(self, given: Mapping[str, Any]) -> dict[str, str | None]:
        """Give what the audit log says of given fields that the stored entity does not show."""
        del given
        return {}

    def value(self, row: RowMapping) -> Read:
        """Give the entity that is stored in `row`."""
        return self.read.model_validate({name: row[name] for name in self.read.model_fields})
