"""The words of a mailing list's own messages, as they are stored."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from mailcore.db import tables
from mailcore.db.entity_kind import EntityKind
from mailcore.directory.list_template import ListTemplate, ListTemplateFields
from mailcore.directory.mailing_list import MailingList
from mailcore.errors import NotFound

TEMPLATE = "list_template"
"""What the change log calls them."""

_TABLE = tables.list_template
_OF_LIST = select(*(_TABLE.c[name] for name in ListTemplate.model_fields)).where(
    _TABLE.c.list_id == bindparam("list_id")
)


class TemplateKind(EntityKind[ListTemplateFields, ListTemplate]):
    """The templates of one list."""

    def __init__(self, owner: MailingList) -> None:
        super().__init__(TEMPLATE, _TABLE, "name", ListTemplateFields, ListTemplate)
        self._owner = owner

    @property
    def within(self) -> ColumnElement[bool]:
        """Those of the list."""
        return _TABLE.c.list_id == self._owner.id

    async def begin(self, connection: AsyncConnection) -> None:
        """Let the list stay. Raises NotFound when it is gone."""
        table = tables.mailing_list
        query = select(table.c.id).where(table.c.id == self._owner.id).with_for_update(read=True)
        if (await connection.execute(query)).scalar_one_or_none() is None:
            raise NotFound(f"there is no mailing list {self._owner.address}")

    async def complete(self, connection: AsyncConnection, columns: dict[str, Any]) -> dict[str, Any]:
        """Say whose it is."""
        del connection
        return columns | {"list_id": self._owner.id}

    def audited_as(self, row: RowMapping) -> str:
        """Name the list too."""
        return f"{self._owner.address}/{row['name']}"

    def announced_as(self, row: RowMapping) -> str:
        """Name the list."""
        del row
        return self._owner.address


async def load_templates(connection: AsyncConnection, list_id: int) -> Mapping[str, ListTemplate]:
    """Give the templates that a list has, by name."""
    rows = (await connection.execute(_OF_LIST, {"list_id": list_id})).mappings().all()
    return {row["name"]: ListTemplate.model_validate(dict(row)) for row in rows}
