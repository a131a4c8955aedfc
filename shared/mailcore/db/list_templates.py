"""The words of a mailing list's own messages, as they are stored."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from mailcore.db import tables
from mailcore.db.database import Database
from mailcore.db.entity_kind import EntityKind
from mailcore.db.entity_store import EntityStore, Versioned
from mailcore.directory.list_template import (
    ListTemplate,
    ListTemplateFields,
    ListWords,
    TemplateName,
    problems_of,
)
from mailcore.directory.mailing_list import MailingList
from mailcore.errors import Changed, Duplicate, Invalid, NotFound

TEMPLATE = "list_template"
"""What the change log calls them."""
USUAL = "usual"
"""The version of the usual words: what somebody changes who has read them."""

_TABLE = tables.list_template
_OF_LIST = select(*(_TABLE.c[name] for name in ListTemplate.model_fields)).where(
    _TABLE.c.list_id == bindparam("list_id")
)
_ONE = _OF_LIST.where(_TABLE.c.name == bindparam("name"))


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

    def check(self, fields: ListTemplateFields, changed: Collection[str]) -> None:
        """Raise Invalid for placeholders that stand for nothing, and for missing ones."""
        del changed
        if problems := tuple(problems_of(fields.name, fields)):
            raise Invalid(*problems)

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


class TemplateStore:
    """The templates of one list: each put whole, in the place of the usual words. Every method raises DatabaseAway."""

    def __init__(self, database: Database, owner: MailingList) -> None:
        self._database = database
        self._owner = owner
        self._store = EntityStore(database, TemplateKind(owner))

    async def all(self) -> Mapping[str, ListTemplate]:
        """Give those that there are, by name."""
        async with self._database.read() as connection:
            rows = (await connection.execute(_OF_LIST, {"list_id": self._owner.id})).mappings().all()
        return {row["name"]: ListTemplate.model_validate(dict(row)) for row in rows}

    async def get(self, name: TemplateName) -> Versioned[ListTemplate] | None:
        """Give one; None: the usual words are in force."""
        try:
            return await self._store.get(name)
        except NotFound:
            return None

    async def put(
        self, name: TemplateName, words: ListWords, author: str, if_match: Collection[str] | None = None
    ) -> Versioned[ListTemplate]:
        """Store one, and give what is stored then.

        Raises Invalid, Changed when what is in force is at none of the versions `if_match` (`USUAL` for the usual
        words), Duplicate when two make one at once, and NotFound when the list is gone.
        """
        try:
            return await self._store.patch(name, {"subject": words.subject, "body": words.body}, author, if_match)
        except NotFound:
            if if_match is not None and USUAL not in if_match:
                raise Changed("this list_template has changed since it was read") from None
        fields = ListTemplateFields(name=name, subject=words.subject, body=words.body)
        try:
            return await self._store.create(fields, author)
        except Duplicate as error:
            if if_match is not None:
                raise Changed(str(error)) from None
            raise

    async def delete(self, name: TemplateName, author: str, if_match: Collection[str] | None = None) -> None:
        """Have the usual words again. Raises NotFound when they are in force, and Changed."""
        await self._store.delete(name, author, if_match)


async def load_template(connection: AsyncConnection, list_id: int, name: TemplateName) -> ListTemplate | None:
    """Give the words that a list has of its own for a message."""
    row = (await connection.execute(_ONE, {"list_id": list_id, "name": name})).mappings().one_or_none()
    return None if row is None else ListTemplate.model_validate(dict(row))
