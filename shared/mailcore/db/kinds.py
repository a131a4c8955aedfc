"""The kinds of entities there are, and what is particular to each."""

from collections.abc import Mapping
from typing import Any

from pydantic import SecretStr
from sqlalchemy import RowMapping, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from mailcore.address import domain_to_ascii, parse_address, stored_form
from mailcore.db.address_kind import AddressKind
from mailcore.db.directory_rows import StoredDirectory
from mailcore.db.entity_kind import EntityKind
from mailcore.db.local_addresses import local_form, target_form
from mailcore.db.references import read_smtp_settings, refuse_if_domain_is_referred_to
from mailcore.db.tables import account, alias, domain, mailing_list
from mailcore.directory.account import Account, AccountFields
from mailcore.directory.alias import Alias, AliasFields
from mailcore.directory.domain import Domain, DomainFields
from mailcore.errors import Conflict, Invalid, Problem
from mailcore.mailbox_path import mailbox_path
from mailcore.passwords import Passwords


class DomainKind(EntityKind[DomainFields, Domain]):
    """Managed domains. One that still has accounts, aliases or lists, or is referred to, cannot be removed."""

    def __init__(self) -> None:
        super().__init__("domain", domain, "name", DomainFields, Domain)

    def normalise(self, key: str) -> str:
        """Give lower-case A-labels."""
        return domain_to_ascii(key)

    async def complete(self, connection: AsyncConnection, columns: dict[str, Any]) -> dict[str, Any]:
        """See to it that the catch-all is a local address; nobody is at this domain yet."""
        return await _with_local_catch_all(connection, columns)

    async def adjust(self, connection: AsyncConnection, row: RowMapping, changed: dict[str, Any]) -> dict[str, Any]:
        """See to it that the catch-all is a local address, and that everybody is found when case no longer counts."""
        if changed.get("case_sensitive") is False:
            await _refuse_capitals(connection, row["id"])
        return await _with_local_catch_all(connection, changed)

    async def before_delete(self, connection: AsyncConnection, row: RowMapping) -> None:
        """Raise Conflict when somebody is left, or something refers to it."""
        for table, what in ((account, "account(s)"), (alias, "alias(es)"), (mailing_list, "mailing list(s)")):
            count = select(func.count()).select_from(table).where(table.c.domain_id == row["id"])
            left = (await connection.execute(count)).scalar_one()
            if left:
                raise Conflict(f"{row['name']} still has {left} {what}; remove them first")
        await refuse_if_domain_is_referred_to(connection, row["name"])


async def _with_local_catch_all(connection: AsyncConnection, columns: dict[str, Any]) -> dict[str, Any]:
    given = columns.get("catch_all_address")
    if given is None:
        return columns
    try:
        stored = await local_form(StoredDirectory(connection), given, await read_smtp_settings(connection))
    except ValueError as error:
        raise Invalid(Problem(("catch_all_address",), f"{error}; allowed: a local address, or null")) from None
    return columns | {"catch_all_address": stored}


async def _refuse_capitals(connection: AsyncConnection, domain_id: int) -> None:
    """Raise Conflict when an address would not be found any more once its case is folded."""
    for table in (account, alias, mailing_list):
        found = await connection.stream_scalars(select(table.c.address).where(table.c.domain_id == domain_id))
        async for address in found:
            if stored_form(parse_address(address), case_sensitive=False) != address:
                await found.close()
                raise Conflict(f"{address} has capitals; while it exists, case must count in its domain")


class AccountKind(AddressKind[AccountFields, Account]):
    """Accounts. The password is stored as its hash, the mailbox's place is decided when the account is made."""

    def __init__(self, passwords: Passwords) -> None:
        super().__init__("account", account, "address", AccountFields, Account)
        self._passwords = passwords

    async def columns(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Hash the password."""
        columns = dict(given)
        if "password" in columns:
            password: SecretStr | None = columns.pop("password")
            columns["password_hash"] = (
                None if password is None else await self._passwords.hash(password.get_secret_value())
            )
        return columns

    async def complete(self, connection: AsyncConnection, columns: dict[str, Any]) -> dict[str, Any]:
        """Take the address and decide where the mailbox lies."""
        completed = await super().complete(connection, columns)
        return completed | {"mailbox": mailbox_path(parse_address(completed["address"]))}

    def audited(self, given: Mapping[str, Any]) -> dict[str, str | None]:
        """Say that there is a new password, or none any more; never which."""
        if "password" not in given:
            return {}
        return {"password": None if given["password"] is None else "changed"}


class AliasKind(AddressKind[AliasFields, Alias]):
    """Aliases. Each target is an address elsewhere, or one that is local when the alias is written."""

    def __init__(self) -> None:
        super().__init__("alias", alias, "address", AliasFields, Alias)

    async def complete(self, connection: AsyncConnection, columns: dict[str, Any]) -> dict[str, Any]:
        """Take the address and look at the targets."""
        completed = await super().complete(connection, columns)
        return completed | {"to": await _checked(connection, completed["to"], of=completed["address"])}

    async def adjust(self, connection: AsyncConnection, row: RowMapping, changed: dict[str, Any]) -> dict[str, Any]:
        """Look at new targets."""
        if "to" not in changed:
            return changed
        return changed | {"to": await _checked(connection, changed["to"], of=row["address"])}


async def _checked(connection: AsyncConnection, targets: tuple[str, ...], *, of: str) -> tuple[str, ...]:
    """Give targets in the form in which they are stored, each once. Raises Invalid, naming each that is not allowed."""
    directory, settings = StoredDirectory(connection), await read_smtp_settings(connection)
    stored: list[str] = []
    problems: list[Problem] = []
    for place, target in enumerate(targets):
        try:
            kept = await target_form(directory, target, settings)
        except ValueError as error:
            problems.append(Problem(("to", place), str(error)))
        else:
            stored.append(kept)
            if kept == of:
                problems.append(Problem(("to", place), "an alias cannot lead to itself"))
    if problems:
        raise Invalid(*problems)
    return tuple(dict.fromkeys(stored))
