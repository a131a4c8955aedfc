"""Storing entities of any kind: one mechanism for paging, versions, merge patches, audit and change log.

Called by the REST API. Every change writes its audit entry and its change log entry in the same transaction.
"""

from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ValidationError
from sqlalchemy import RowMapping, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from mailcore.address import local_key
from mailcore.db import audit_log
from mailcore.db.audit_log import Action
from mailcore.db.changes import append_change
from mailcore.db.database import Database
from mailcore.db.entity_kind import EntityKind, Fields, Read
from mailcore.db.failures import is_dangling, is_duplicate
from mailcore.db.paging import Page
from mailcore.errors import Changed, Conflict, Duplicate, Invalid, NotFound, Problem
from mailcore.patch import meant_by_null, patch_of

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Versioned(Generic[Read]):
    """An entity with the version it was read at."""

    value: Read
    etag: str
    """The version, unquoted: no two states of any entity of this kind share it."""


class EntityStore(Generic[Fields, Read]):
    """Everything that can be done with the entities of one kind. Every method raises DatabaseAway."""

    def __init__(self, database: Database, kind: EntityKind[Fields, Read]) -> None:
        self._database = database
        self._kind = kind

    async def list(self, cursor: str | None, limit: int, q: str | None = None) -> Page[Read]:
        """Give the entities in their order, those that `q` (case-insensitive) is found in only. Raises Invalid."""
        kind = self._kind
        query = select(kind.table).where(kind.within).order_by(kind.order).limit(limit + 1)
        if "\0" in (cursor or "") or "\0" in (q or ""):
            return Page((), None)  # No text in the database contains NUL.
        if cursor is not None:
            query = query.where(kind.after(cursor))
        if q:
            query = query.where(func.lower(kind.searched()).contains(local_key(q), autoescape=True))
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return Page.of([kind.value(row) for row in rows], limit, kind.cursor_of)

    async def get(self, key: str) -> Versioned[Read]:
        """Give the entity of that key. Raises NotFound."""
        async with self._database.read() as connection:
            return self._versioned(await self._row(connection, key))

    async def create(self, fields: Fields, author: str) -> Versioned[Read]:
        """Store a new entity. Raises Duplicate when its key is taken, Invalid when it does not fit what is stored."""
        given = {name: getattr(fields, name) for name in type(fields).model_fields}
        self._kind.check(fields, given.keys())
        columns = await self._kind.columns(given)
        now = datetime.now(UTC)
        async with self._changing() as connection:
            completed = await self._kind.complete(connection, columns)
            stored = completed | {"version": 1, "created_at": now, "updated_at": now}
            insertion = insert(self._kind.table).values(stored).returning(*self._kind.table.c)
            row = (await connection.execute(insertion)).mappings().one()
            await self._kind.created(connection, row)
            made = self._versioned(row)
            await self._note(connection, "create", row, author, after=self._shown(made) | self._kind.audited(given))
        return made

    async def patch(
        self, key: str, changes: Mapping[str, Any], author: str, if_match: Collection[str] | None = None
    ) -> Versioned[Read]:
        """Apply a merge patch, None being what `patch.meant_by_null` says, and give what is stored then.

        What changes nothing leaves version and logs as they are. Raises NotFound, Invalid, and Changed when the entity
        is at none of the versions `if_match`.
        """
        given = self._given(changes)
        columns = await self._kind.columns(given)
        async with self._changing() as connection:
            row = await self._row(connection, key, lock="change")
            before = self._versioned(row)
            self._compare(before, if_match)
            if self._kind.key in given:
                columns[self._kind.key] = given[self._kind.key] = await self._kind.locate(
                    connection, given[self._kind.key]
                )
            self._check_whole(row, given)
            changed = await self._kind.adjust(connection, row, _differing(columns, row))
            changed = _differing(changed, row)
            if not changed:
                return before
            # Never earlier than before, whatever a replica's clock says.
            now = max(datetime.now(UTC), row["updated_at"])
            table = self._kind.table
            change = update(table).where(table.c.id == row["id"]).returning(*table.c)
            values = changed | {"version": row["version"] + 1, "updated_at": now}
            row = (await connection.execute(change.values(values))).mappings().one()
            after = self._versioned(row)
            await self._note(
                connection,
                "update",
                row,
                author,
                before=self._shown(before),
                after=self._shown(after) | self._kind.audited(given),
            )
        return after

    async def delete(self, key: str, author: str, if_match: Collection[str] | None = None) -> None:
        """Remove the entity. Raises NotFound, Changed as `patch` does, and Conflict when others depend on it."""
        async with self._changing() as connection:
            row = await self._row(connection, key, lock="removal")
            before = self._versioned(row)
            self._compare(before, if_match)
            await self._kind.before_delete(connection, row)
            await connection.execute(delete(self._kind.table).where(self._kind.table.c.id == row["id"]))
            await self._note(connection, "delete", row, author, before=self._shown(before))

    async def _row(
        self, connection: AsyncConnection, key: str, *, lock: Literal["change", "removal"] | None = None
    ) -> RowMapping:
        try:
            normal = await self._kind.locate(connection, key)
        except ValueError as error:
            raise NotFound(str(error)) from None
        query = select(self._kind.table).where(self._kind.within, self._kind.key_column == normal)
        if lock is not None:
            # While it is only changed, mail may still be stored that refers to it, such as a post to a list.
            query = query.with_for_update(key_share=lock == "change")
        row = (await connection.execute(query)).mappings().one_or_none()
        if row is None:
            raise NotFound(f"there is no {self._kind.name} {normal}")
        return row

    @asynccontextmanager
    async def _changing(self) -> AsyncIterator[AsyncConnection]:
        """Give a transaction in which violated constraints have their names."""
        try:
            async with self._database.transaction() as connection:
                await self._kind.begin(connection)
                yield connection
        except IntegrityError as error:
            if is_duplicate(error):
                raise Duplicate(f"there is already a {self._kind.name} of that {self._kind.unique}") from error
            if is_dangling(error):
                raise Conflict(f"others depend on this {self._kind.name}, or it depends on what is gone") from error
            raise

    def _given(self, changes: Mapping[str, Any]) -> dict[str, Any]:
        """Validate each changed field by itself; None becomes what it means there (`patch.meant_by_null`)."""
        patch: BaseModel = _validated(patch_of(self._kind.fields), changes)
        given = {}
        for name in patch.model_fields_set:
            value = getattr(patch, name)
            if value is None:
                try:
                    value = meant_by_null(self._kind.fields, name)
                except KeyError:
                    raise Invalid(Problem((name,), "This is required and cannot be null")) from None
            given[name] = value
        return given

    def _check_whole(self, row: RowMapping, given: Mapping[str, Any]) -> None:
        """Raise Invalid when the fields do not fit together, or the key would change."""
        key = self._kind.key
        if given.get(key, row[key]) != row[key]:
            raise Invalid(Problem((key,), "This is what it is known by and cannot be changed; make a new one instead"))
        written = self._kind.written(row)
        whole = _validated(self._kind.fields, written | dict(given))
        changed = [name for name, value in given.items() if name not in written or value != written[name]]
        self._kind.check(whole, changed)

    def _versioned(self, row: RowMapping) -> Versioned[Read]:
        # The number of a row is never used again, so neither is this.
        return Versioned(self._kind.value(row), f"{row['id']}.{row['version']}")

    def _compare(self, current: Versioned[Read], if_match: Collection[str] | None) -> None:
        if if_match is not None and current.etag not in if_match:
            raise Changed(f"this {self._kind.name} has changed since it was read")

    @staticmethod
    def _shown(versioned: Versioned[Read]) -> dict[str, Any]:
        return versioned.value.model_dump(mode="json")

    async def _note(
        self,
        connection: AsyncConnection,
        action: Action,
        row: RowMapping,
        author: str,
        *,
        before: dict[str, Any] | None = None,
        after: dict[str, Any] | None = None,
    ) -> None:
        key, entity = self._kind.audited_as(row), self._kind.name
        await audit_log.record(
            connection, author=author, action=action, entity=entity, key=key, before=before, after=after
        )
        await append_change(connection, entity, self._kind.announced_as(row))


def _differing(columns: Mapping[str, Any], row: RowMapping) -> dict[str, Any]:
    return {name: value for name, value in columns.items() if value != row[name]}


def _validated(model: type[Model], values: Mapping[str, Any]) -> Model:
    try:
        return model.model_validate(dict(values))
    except ValidationError as error:
        raise Invalid(
            *(
                Problem(problem["loc"], problem["msg"])
                for problem in error.errors(include_input=False, include_url=False)
            )
        ) from None
