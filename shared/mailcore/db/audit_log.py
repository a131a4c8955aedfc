"""Who changed what, when, and how it was before and after. Written in the transaction of the change itself."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal

from pydantic import JsonValue
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from mailcore.db.database import Database
from mailcore.db.paging import Page, number_cursor
from mailcore.db.tables import audit
from mailcore.directory.stored import Entity

Action = Literal["create", "update", "delete"]


class AuditEntry(Entity):
    """One change that somebody made."""

    id: int
    """Number of the entry; later ones are higher."""
    at: datetime
    """When."""
    author: str
    """Who: the name of the token."""
    action: Action
    """What was done."""
    entity: str
    """To what kind of thing: domain, account, settings, token."""
    key: str
    """To which of them."""
    before: dict[str, JsonValue] | None
    """How it was; null when it was made."""
    after: dict[str, JsonValue] | None
    """How it is since; null when it was removed."""


async def record(
    connection: AsyncConnection,
    *,
    author: str,
    action: Action,
    entity: str,
    key: str,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
) -> None:
    """Note a change in the transaction that makes it. `before` and `after` are JSON values without secrets."""
    await connection.execute(
        insert(audit).values(
            at=datetime.now(UTC), author=author, action=action, entity=entity, key=key, before=before, after=after
        )
    )


class AuditLog:
    """Reads what was noted, newest first."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list(
        self,
        cursor: str | None,
        limit: int,
        *,
        author: str | None = None,
        entity: str | None = None,
        key: str | None = None,
    ) -> Page[AuditEntry]:
        """Give the entries that match everything given. Raises Invalid for a cursor that no page gave."""
        query = select(audit).order_by(audit.c.id.desc()).limit(limit + 1)
        for column, wanted in ((audit.c.author, author), (audit.c.entity, entity), (audit.c.key, key)):
            if wanted is not None:
                query = query.where(column == wanted.replace("\0", ""))
        if cursor is not None:
            query = query.where(audit.c.id < number_cursor(cursor))
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return Page.of([AuditEntry.model_validate(row) for row in rows], limit, lambda entry: str(entry.id))
