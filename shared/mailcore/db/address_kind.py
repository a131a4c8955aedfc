"""Entities that are known by an address of a managed domain: its stored form, and that nobody else has it.

Accounts and aliases are such; `kinds.py` has what is particular to each.
"""

from typing import Any

from sqlalchemy import RowMapping, select
from sqlalchemy.ext.asyncio import AsyncConnection

from mailcore.address import Address, parse_address, read_local_address, stored_form
from mailcore.db import taken_addresses
from mailcore.db.entity_kind import EntityKind, Fields, Read
from mailcore.db.references import refuse_if_referred_to
from mailcore.db.tables import domain
from mailcore.errors import Invalid, Problem

# Shared, so that the domain neither goes nor changes between this look and the commit.
_DOMAIN = select(domain.c.id, domain.c.case_sensitive).with_for_update(read=True)


class AddressKind(EntityKind[Fields, Read]):
    """An entity whose key is an address."""

    async def locate(self, connection: AsyncConnection, key: str) -> str:
        """Give the form in which the address's domain stores it."""
        address = read_local_address(key)
        found = select(domain.c.case_sensitive).where(domain.c.name == address.domain)
        case_sensitive = (await connection.execute(found)).scalar_one_or_none()
        return stored_form(address, case_sensitive=bool(case_sensitive))

    async def complete(self, connection: AsyncConnection, columns: dict[str, Any]) -> dict[str, Any]:
        """Find the domain and take the address. Raises Invalid, or Duplicate when something else has it."""
        address = read_local_address(columns[self.key])
        found = (await connection.execute(_DOMAIN.where(domain.c.name == address.domain))).one_or_none()
        if found is None:
            raise Invalid(Problem((self.key,), f"{address.domain} is no managed domain; make it under /domains first"))
        stored = _storable(address, self.key, case_sensitive=found.case_sensitive)
        await taken_addresses.take(connection, stored, self.name)
        return columns | {self.key: stored, "domain_id": found.id}

    async def before_delete(self, connection: AsyncConnection, row: RowMapping) -> None:
        """Give the address back. Raises Conflict while something refers to it."""
        await refuse_if_referred_to(connection, row[self.key])
        await taken_addresses.give_back(connection, row[self.key])


def _storable(address: Address, key: str, *, case_sensitive: bool) -> str:
    stored = stored_form(address, case_sensitive=case_sensitive)
    try:
        # Folding case can lengthen a local part, and then what is stored could not be written in SMTP any more.
        parse_address(stored)
    except ValueError as error:
        raise Invalid(Problem((key,), str(error))) from None
    return stored
