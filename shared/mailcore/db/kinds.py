"""The kinds of entities there are, and what is particular to each."""

from collections.abc import Mapping
from typing import Any

from pydantic import SecretStr
from sqlalchemy import RowMapping, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from mailcore.address import domain_to_ascii, normalise_local_address, parse_address
from mailcore.db.entity_kind import EntityKind
from mailcore.db.tables import account, domain
from mailcore.directory.account import Account, AccountFields
from mailcore.directory.domain import Domain, DomainFields
from mailcore.errors import Conflict, Invalid, Problem
from mailcore.mailbox_path import mailbox_path
from mailcore.passwords import Passwords


class DomainKind(EntityKind[DomainFields, Domain]):
    """Managed domains. One that still has accounts cannot be removed."""

    def __init__(self) -> None:
        super().__init__("domain", domain, "name", DomainFields, Domain)

    def normalise(self, key: str) -> str:
        """Give lower-case A-labels."""
        return domain_to_ascii(key)

    async def before_delete(self, connection: AsyncConnection, row: RowMapping) -> None:
        """Raise Conflict when accounts are left."""
        count = select(func.count()).select_from(account).where(account.c.domain_id == row["id"])
        left = (await connection.execute(count)).scalar_one()
        if left:
            raise Conflict(f"{row['name']} still has {left} account(s); remove them first")


class AccountKind(EntityKind[AccountFields, Account]):
    """Accounts. The password is stored as its hash, the mailbox's place is decided when the account is made."""

    def __init__(self, passwords: Passwords) -> None:
        super().__init__("account", account, "address", AccountFields, Account)
        self._passwords = passwords

    def normalise(self, key: str) -> str:
        """Give the form in which addresses of managed domains are stored."""
        return normalise_local_address(key)

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
        """Find the domain and decide where the mailbox lies."""
        name = columns["address"].rpartition("@")[2]
        # Shared, so that the domain is not removed between this look and the commit.
        found = select(domain.c.id).where(domain.c.name == name).with_for_update(read=True, key_share=True)
        domain_id = (await connection.execute(found)).scalar_one_or_none()
        if domain_id is None:
            raise Invalid(Problem(("address",), f"{name} is no managed domain; make it under /domains first"))
        return columns | {"domain_id": domain_id, "mailbox": mailbox_path(parse_address(columns["address"]))}

    def audited(self, given: Mapping[str, Any]) -> dict[str, str | None]:
        """Say that there is a new password, or none any more; never which."""
        if "password" not in given:
            return {}
        return {"password": None if given["password"] is None else "changed"}
