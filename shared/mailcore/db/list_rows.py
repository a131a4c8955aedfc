"""The queries of mailing lists in a message's path, built once: a list by its address, a member, a range of members."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from mailcore.db import tables
from mailcore.directory.known_list import MOST_OFFICERS, KnownList
from mailcore.directory.list_member import ListMember
from mailcore.directory.mailing_list import MailingList

_MEMBER = tables.list_member.c
_LIST_COLUMNS = tuple(tables.mailing_list.c[name] for name in MailingList.model_fields)
_MEMBER_COLUMNS = tuple(_MEMBER[name] for name in ListMember.model_fields)

_BY_ADDRESS = (
    select(*_LIST_COLUMNS, tables.list_address.c.role.label("of"))
    .join(tables.list_address, tables.list_address.c.list_id == tables.mailing_list.c.id)
    .where(tables.list_address.c.address == bindparam("address"))
)
_BY_ID = select(*_LIST_COLUMNS).where(tables.mailing_list.c.id == bindparam("list_id"))
_PASSWORD_HASH = select(tables.mailing_list.c.password_hash).where(tables.mailing_list.c.id == bindparam("list_id"))
_OFFICERS = (
    select(*_MEMBER_COLUMNS)
    .where(_MEMBER.list_id == bindparam("list_id"), _MEMBER.role != "member")
    .order_by(_MEMBER.id)
    .limit(MOST_OFFICERS)
)
_BY_KEY = select(*_MEMBER_COLUMNS).where(_MEMBER.list_id == bindparam("list_id"), _MEMBER.key == bindparam("key"))
_BY_MEMBER_ID = select(*_MEMBER_COLUMNS).where(_MEMBER.list_id == bindparam("list_id"), _MEMBER.id == bindparam("id"))

# Who gets each post, in the order of keys: after one of them, up to another.
_RECEIVING = (
    select(_MEMBER.id, _MEMBER.key, _MEMBER.address)
    .where(
        _MEMBER.list_id == bindparam("list_id"),
        _MEMBER.delivery == "on",
        _MEMBER.key > bindparam("after"),
    )
    .order_by(_MEMBER.key)
)
_RECEIVING_RANGE = _RECEIVING.where(_MEMBER.key <= bindparam("until"))
_BOUNDS = (
    select(_MEMBER.key, func.row_number().over(order_by=_MEMBER.key).label("place"))
    .where(_MEMBER.list_id == bindparam("list_id"), _MEMBER.delivery == "on")
    .subquery()
)
_EVERY = select(_BOUNDS.c.key).where(_BOUNDS.c.place % bindparam("size") == 0).order_by(_BOUNDS.c.key)


@dataclass(frozen=True, slots=True)
class Receiver:
    """A member who gets a post."""

    id: int
    key: str
    address: str


async def load_list(connection: AsyncConnection, address: str) -> KnownList | None:
    """Give the list of which `address` (stored form) is one, with its officers."""
    row = (await connection.execute(_BY_ADDRESS, {"address": address})).mappings().one_or_none()
    if row is None:
        return None
    known = _list_of(row)
    return KnownList(known, row["of"], await load_officers(connection, known.id))


async def load_list_by_id(connection: AsyncConnection, list_id: int) -> MailingList | None:
    """Give the list of that number."""
    row = (await connection.execute(_BY_ID, {"list_id": list_id})).mappings().one_or_none()
    return None if row is None else _list_of(row)


async def load_officers(connection: AsyncConnection, list_id: int) -> tuple[ListMember, ...]:
    """Give the moderators and owners among the members, the oldest first."""
    rows = (await connection.execute(_OFFICERS, {"list_id": list_id})).mappings().all()
    return tuple(ListMember.model_validate(dict(row)) for row in rows)


async def load_member(connection: AsyncConnection, list_id: int, key: str) -> ListMember | None:
    """Give the member with that key."""
    row = (await connection.execute(_BY_KEY, {"list_id": list_id, "key": key})).mappings().one_or_none()
    return None if row is None else ListMember.model_validate(dict(row))


async def load_password_hash(connection: AsyncConnection, list_id: int) -> str | None:
    """Give the hash of the password of a list's owner commands; None where it has none."""
    found: str | None = (await connection.execute(_PASSWORD_HASH, {"list_id": list_id})).scalar_one_or_none()
    return found


async def load_linked(
    connection: AsyncConnection, list_id: int, member_id: int
) -> tuple[MailingList, ListMember | None] | None:
    """Give the list of that number, and its member of that number if he still is one. None: there is no such list."""
    found = await load_list_by_id(connection, list_id)
    if found is None:
        return None
    row = (await connection.execute(_BY_MEMBER_ID, {"list_id": list_id, "id": member_id})).mappings().one_or_none()
    return found, None if row is None else ListMember.model_validate(dict(row))


async def bounds(connection: AsyncConnection, list_id: int, size: int) -> Sequence[str]:
    """Give the keys of those who get posts at whom ranges of `size` end, the last range apart, which has no end."""
    return (await connection.execute(_EVERY, {"list_id": list_id, "size": size})).scalars().all()


async def receivers(connection: AsyncConnection, list_id: int, after: str, until: str | None) -> list[Receiver]:
    """Give who gets posts, with keys after `after` (empty: from the first) up to `until` (None: to the last)."""
    values: dict[str, Any] = {"list_id": list_id, "after": after}
    if until is None:
        rows = await connection.execute(_RECEIVING, values)
    else:
        rows = await connection.execute(_RECEIVING_RANGE, values | {"until": until})
    return [Receiver(*row) for row in rows]


def _list_of(row: RowMapping) -> MailingList:
    return MailingList.model_validate({name: row[name] for name in MailingList.model_fields})
