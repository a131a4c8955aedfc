"""What accounts do with their mail by themselves, as it is stored: forwards in their order, and one autoreply."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Text, cast, select
from sqlalchemy.ext.asyncio import AsyncConnection

from mailcore.address import parse_address
from mailcore.db import tables
from mailcore.db.directory_rows import StoredDirectory
from mailcore.db.entity_kind import EntityKind
from mailcore.db.local_addresses import target_form
from mailcore.db.ordered_kind import OrderedKind
from mailcore.db.references import read_smtp_settings
from mailcore.directory.account import Account
from mailcore.directory.autoreply import Autoreply, AutoreplyFields
from mailcore.directory.forward import MOST_FORWARDS, Forward, ForwardFields
from mailcore.directory.resolution import resolve
from mailcore.directory.targets import AccountTarget, Resolution
from mailcore.errors import Conflict, Invalid, NotFound, Problem
from mailcore.settings import SmtpSettings

FORWARD = "forward"
AUTOREPLY = "autoreply"
"""What the change log and the audit log call them."""


class ForwardKind(OrderedKind[ForwardFields, Forward]):
    """The forwards of one account. None leads back to the account itself."""

    def __init__(self, owner: Account) -> None:
        super().__init__(FORWARD, tables.forward, ForwardFields, Forward)
        self._owner = owner

    @property
    def within(self) -> ColumnElement[bool]:
        """Those of the account."""
        return tables.forward.c.account_id == self._owner.id

    def searched(self) -> ColumnElement[str]:
        """Search in where they lead."""
        return cast(tables.forward.c.to, Text)

    async def begin(self, connection: AsyncConnection) -> None:
        """Let nobody else move them meanwhile. Raises NotFound when the account is gone."""
        await _lock(connection, self._owner)

    async def complete(self, connection: AsyncConnection, columns: dict[str, Any]) -> dict[str, Any]:
        """Look at the targets and make room. Raises Conflict when there are as many as there may be."""
        if await self._last(connection) >= MOST_FORWARDS:
            raise Conflict(f"{self._owner.address} has {MOST_FORWARDS} forwards, which is the most there may be")
        checked = columns | {"to": await self._checked(connection, columns["to"]), "account_id": self._owner.id}
        return await super().complete(connection, checked)

    async def adjust(self, connection: AsyncConnection, row: RowMapping, changed: dict[str, Any]) -> dict[str, Any]:
        """Look at new targets, and make room."""
        if "to" in changed:
            changed = changed | {"to": await self._checked(connection, changed["to"])}
        return await super().adjust(connection, row, changed)

    def audited_as(self, row: RowMapping) -> str:
        """Name the account too."""
        return f"{self._owner.address}/{row['id']}"

    def announced_as(self, row: RowMapping) -> str:
        """Name the account, with which it is remembered."""
        del row
        return self._owner.address

    async def _checked(self, connection: AsyncConnection, targets: tuple[str, ...]) -> tuple[str, ...]:
        """Give targets in their stored form, each once. Raises Invalid, naming each that is not allowed."""
        directory, settings = StoredDirectory(connection), await read_smtp_settings(connection)
        stored: list[str] = []
        problems: list[Problem] = []
        for place, target in enumerate(targets):
            try:
                stored.append(await self._form(directory, target, settings))
            except ValueError as error:
                problems.append(Problem(("to", place), str(error)))
        if problems:
            raise Invalid(*problems)
        return tuple(dict.fromkeys(stored))

    async def _form(self, directory: StoredDirectory, target: str, settings: SmtpSettings) -> str:
        form = await target_form(directory, target, settings)
        if self._leads_back(await resolve(directory, parse_address(form), settings, catch_all=False)):
            raise ValueError(f"{form} is the account itself: it cannot forward to itself")
        return form

    def _leads_back(self, resolution: Resolution) -> bool:
        """Whether nobody but the account is behind it."""
        return bool(resolution.targets) and all(
            isinstance(target, AccountTarget) and target.account.id == self._owner.id for target in resolution.targets
        )


class AutoreplyKind(EntityKind[AutoreplyFields, Autoreply]):
    """The autoreply of one account."""

    def __init__(self, owner: Account) -> None:
        super().__init__(AUTOREPLY, tables.autoreply, "account_id", AutoreplyFields, Autoreply)
        self.unique = "account"
        self._owner = owner

    @property
    def within(self) -> ColumnElement[bool]:
        """That of the account."""
        return tables.autoreply.c.account_id == self._owner.id

    def normalise(self, key: str) -> int:
        """Give the account, whatever it is called: there is no other."""
        del key
        return self._owner.id

    async def columns(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Keep moments as they were written: the same moment in another time zone is another text."""
        return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in given.items()}

    async def begin(self, connection: AsyncConnection) -> None:
        """Let the account stay. Raises NotFound when it is gone."""
        await _lock(connection, self._owner)

    async def complete(self, connection: AsyncConnection, columns: dict[str, Any]) -> dict[str, Any]:
        """Say whose it is."""
        del connection
        return columns | {"account_id": self._owner.id}

    def audited_as(self, row: RowMapping) -> str:
        """Name the account."""
        del row
        return self._owner.address

    def announced_as(self, row: RowMapping) -> str:
        """Name the account, with which it is remembered."""
        del row
        return self._owner.address


async def _lock(connection: AsyncConnection, owner: Account) -> None:
    query = select(tables.account.c.id).where(tables.account.c.id == owner.id).with_for_update()
    if (await connection.execute(query)).scalar_one_or_none() is None:
        raise NotFound(f"there is no account {owner.address}")
