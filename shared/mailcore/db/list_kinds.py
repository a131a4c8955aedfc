"""Mailing lists and their members as they are stored: addresses that are taken, passwords as hashes, keys in order."""

from collections.abc import Mapping
from dataclasses import asdict
from time import time
from typing import Any

from pydantic import SecretStr
from sqlalchemy import ColumnElement, RowMapping, and_, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from mailcore.address import ROLES, local_key, parse_address, read_local_address, stored_form
from mailcore.db import list_contents, tables, taken_addresses
from mailcore.db.address_kind import AddressKind
from mailcore.db.directory_rows import StoredDirectory
from mailcore.db.entity_kind import EntityKind
from mailcore.db.list_cache import LIST, MEMBER
from mailcore.db.list_readers import digest_columns, hold_numbers, numbers_of
from mailcore.db.local_addresses import target_form
from mailcore.db.references import read_smtp_settings, refuse_if_referred_to
from mailcore.directory.list_member import ListMember, ListMemberFields, MemberFilter, is_of_list, member_key
from mailcore.directory.mailing_list import RESERVED, ListRole, MailingList, MailingListFields, reserved_address
from mailcore.errors import Invalid, NotFound, Problem
from mailcore.passwords import Passwords
from mailcore.settings import SmtpSettings

NOTHING_HELD: Mapping[str, Any] = {"bounce_score": 0.0, "bounced_at": None, "bounce_reason": "", "probed_at": None}
"""The columns of a member whose mail does not come back."""
_ELSEWHERE = ("owner", "reply_to_address")
"""Fields that name an address anywhere, which must be a local one where its domain is managed."""


class ListKind(AddressKind[MailingListFields, MailingList]):
    """Mailing lists. Each takes its address, the three beside it, and that of its commands."""

    def __init__(self, passwords: Passwords) -> None:
        super().__init__(LIST, tables.mailing_list, "address", MailingListFields, MailingList)
        self._passwords = passwords

    def searched(self) -> ColumnElement[str]:
        """Look into all that a list is called."""
        table = tables.mailing_list
        return table.c.address + "\n" + table.c.name + "\n" + table.c.display_name

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
        """Take the addresses. Raises Duplicate when something else has one, Invalid when one can be no list's."""
        _refuse_roles("address", columns["address"])
        # What is not there yet may own itself: the checks of other addresses come before its own is taken.
        checked = await _with_known_addresses(connection, columns, columns["address"], columns["control_address"])
        completed = await super().complete(connection, checked)
        for role in RESERVED:
            await taken_addresses.take(connection, _reserved(completed["address"], role), self.name)
        control = completed["control_address"]
        if control is not None:
            completed |= {"control_address": await _take_control(connection, control, completed["address"], self.name)}
        return completed

    async def created(self, connection: AsyncConnection, row: RowMapping) -> None:
        """Write down what each address is for, and begin to count posts."""
        address, control = row["address"], row["control_address"]
        roles: dict[str, ListRole] = {address: "post"}
        if control is not None and control != address:
            roles[control] = "control"
        roles |= {_reserved(address, role): role for role in RESERVED}
        values = [{"address": one, "list_id": row["id"], "role": role} for one, role in roles.items()]
        await connection.execute(insert(tables.list_address), values)
        start = {"list_id": row["id"], "number": row["first_number"] - 1, "digest_issue": 0, "digest_number": 0}
        await connection.execute(insert(tables.list_sequence).values(start))

    async def adjust(self, connection: AsyncConnection, row: RowMapping, changed: dict[str, Any]) -> dict[str, Any]:
        """Look at new addresses, let go of the old control address, and lift the numbers of posts to come."""
        control = changed.get("control_address", row["control_address"])
        changed = await _with_known_addresses(connection, changed, row["address"], control)
        if "first_number" in changed:
            sequence, last = tables.list_sequence, changed["first_number"] - 1
            raised = update(sequence).where(sequence.c.list_id == row["id"], sequence.c.number < last)
            await connection.execute(raised.values(number=last))
        if "control_address" not in changed:
            return changed
        old, new, table = row["control_address"], changed["control_address"], tables.list_address
        if new is not None:
            new = await _control_form(connection, new)
        if new == old:
            return changed | {"control_address": new}
        if old is not None and old != row["address"]:
            await refuse_if_referred_to(connection, old)
            await connection.execute(delete(table).where(table.c.address == old))
            await taken_addresses.give_back(connection, old)
        if new is not None and new != row["address"]:
            await taken_addresses.take(connection, new, self.name)
            await connection.execute(insert(table).values(address=new, list_id=row["id"], role="control"))
        return changed | {"control_address": new}

    async def before_delete(self, connection: AsyncConnection, row: RowMapping) -> None:
        """Give the addresses back, and let go of the content of posts. Raises Conflict while something names one."""
        table = tables.list_address
        found = await connection.execute(select(table.c.address).where(table.c.list_id == row["id"]))
        for address in found.scalars().all():
            await refuse_if_referred_to(connection, address)
            await taken_addresses.give_back(connection, address)
        await list_contents.let_go(connection, row["id"], time())

    def audited(self, given: Mapping[str, Any]) -> dict[str, str | None]:
        """Say that there is a new password, or none any more; never which."""
        if "password" not in given:
            return {}
        return {"password": None if given["password"] is None else "changed"}


class MemberKind(EntityKind[ListMemberFields, ListMember]):
    """The members of one list, in the order of their keys: by domain, then by local part."""

    def __init__(self, owner: MailingList, wanted: MemberFilter | None = None) -> None:
        super().__init__(MEMBER, tables.list_member, "address", ListMemberFields, ListMember)
        self._owner = owner
        self._wanted = asdict(wanted or MemberFilter())

    @property
    def within(self) -> ColumnElement[bool]:
        """Those of the list that are wanted."""
        table = tables.list_member
        wanted = (table.c[name] == value for name, value in self._wanted.items() if value is not None)
        return and_(table.c.list_id == self._owner.id, *wanted)

    @property
    def order(self) -> ColumnElement[Any]:
        """The key."""
        return tables.list_member.c.key

    def searched(self) -> ColumnElement[str]:
        """Look into names too."""
        return tables.list_member.c.address + "\n" + tables.list_member.c.name

    def cursor_of(self, value: ListMember) -> str:
        """Give the key."""
        return value.key

    async def locate(self, connection: AsyncConnection, key: str) -> str:
        """Give the address as it is stored, whatever the case it is asked for in."""
        table = tables.list_member
        query = select(table.c.address).where(self.within, table.c.key == member_key(key))
        found: str | None = (await connection.execute(query)).scalar_one_or_none()
        return key if found is None else found

    async def begin(self, connection: AsyncConnection) -> None:
        """Let the list stay, and its posts wait. Raises NotFound when it is gone."""
        table = tables.mailing_list
        query = select(table.c.id).where(table.c.id == self._owner.id).with_for_update(read=True)
        if (await connection.execute(query)).scalar_one_or_none() is None:
            raise NotFound(f"there is no mailing list {self._owner.address}")
        # Before any row of a member is locked, as whoever approves a post does it.
        await hold_numbers(connection, self._owner.id)

    async def complete(self, connection: AsyncConnection, columns: dict[str, Any]) -> dict[str, Any]:
        """Look at the address. Raises Invalid."""
        try:
            address = await member_form(connection, self._owner, columns["address"])
        except ValueError as error:
            raise Invalid(Problem(("address",), str(error))) from None
        return columns | new_member(self._owner.id, address, (await numbers_of(connection, self._owner.id)).last)

    async def adjust(self, connection: AsyncConnection, row: RowMapping, changed: dict[str, Any]) -> dict[str, Any]:
        """Whoever gets mail again is suspended no more, and is not sent in digests what came before."""
        delivery = changed.get("delivery")
        if delivery is None:
            return changed
        changed = changed | digest_columns(row, delivery, await numbers_of(connection, row["list_id"]))
        return changed if delivery == "off" else changed | taken_back(suspended=row["suspended"])

    def audited_as(self, row: RowMapping) -> str:
        """Name the list too."""
        return f"{self._owner.address}/{row['address']}"

    def announced_as(self, row: RowMapping) -> str:
        """Name the list."""
        del row
        return self._owner.address


def new_member(list_id: int, address: str, number: int) -> dict[str, Any]:
    """Give the columns of a new member that are no fields; `number` is that of the last post."""
    return {
        "list_id": list_id,
        "address": address,
        "key": member_key(address),
        "suspended": False,
        "digest_number": number,
        **NOTHING_HELD,
    }


def taken_back(*, suspended: bool) -> dict[str, Any]:
    """Give the columns of a member who gets mail again: what was held against whoever was suspended is forgotten."""
    return {"suspended": False, "delivery_before": None, **(NOTHING_HELD if suspended else {})}


async def member_form(connection: AsyncConnection, owner: MailingList, address: str) -> str:
    """Give a member's address as it is stored, or raise ValueError, as `form_among` does."""
    return await form_among(StoredDirectory(connection), await read_smtp_settings(connection), owner, address)


async def form_among(directory: StoredDirectory, settings: SmtpSettings, owner: MailingList, address: str) -> str:
    """Give the address of a member of `owner` as it is stored.

    Raises ValueError for one of a managed domain that is not local, and for the list's own.
    """
    form = await target_form(directory, address, settings)
    if is_of_list(owner, form):
        raise ValueError("a list cannot be its own member")
    return form


async def _with_known_addresses(
    connection: AsyncConnection, columns: dict[str, Any], of: str, control: str | None
) -> dict[str, Any]:
    """Give the addresses in their stored form that the list `of`, with that control address, names. Raises Invalid."""
    own = [of, *(_reserved(of, role) for role in RESERVED), *([] if control is None else [control])]
    directory, settings = StoredDirectory(connection), await read_smtp_settings(connection)
    forms: dict[str, str] = {}
    for name in _ELSEWHERE:
        address = columns.get(name)
        if address is None:
            continue
        try:
            forms[name] = await target_form(directory, address, settings)
        except ValueError as error:
            raise Invalid(Problem((name,), str(error))) from None
        if name == "owner" and member_key(forms[name]) in {member_key(one) for one in own}:
            raise Invalid(Problem((name,), "a list cannot own itself"))
    return columns | forms


async def _take_control(connection: AsyncConnection, control: str, address: str, entity: str) -> str:
    form = await _control_form(connection, control)
    if form != address:
        await taken_addresses.take(connection, form, entity)
    return form


async def _control_form(connection: AsyncConnection, control: str) -> str:
    _refuse_roles("control_address", control)
    address = read_local_address(control)
    domain = await StoredDirectory(connection).domain(address.domain)
    if domain is None:
        raise Invalid(Problem(("control_address",), f"{address.domain} is no managed domain"))
    return stored_form(address, case_sensitive=domain.case_sensitive)


def _refuse_roles(field: str, address: str) -> None:
    """Raise Invalid for an address that has to take mail from everybody (RFC 5321 4.5.1, RFC 2142 4)."""
    if local_key(parse_address(address).local_part) in ROLES:
        roles = " and ".join(sorted(ROLES))
        raise Invalid(Problem((field,), f"{roles} take mail from everybody, and are no list's"))


def _reserved(address: str, role: ListRole) -> str:
    """Give an address beside the list's own. Raises Invalid when it would be too long to be written."""
    try:
        return str(parse_address(reserved_address(address, role)))
    except ValueError:
        raise Invalid(
            Problem(("address",), f"the local part is too long: with {RESERVED[role]} it is over 64 octets")
        ) from None
