"""What names an address and would be left pointing at nothing: domains' catch-alls, lists' owners, and settings.

An address that they name cannot be removed. Aliases are not asked: there may be millions, and what is gone is passed
over when their mail is resolved. Should a reference dangle all the same, since settings and directory change at the
same moment, it leads to nobody (`mailcore.directory.resolution`).
"""

from collections.abc import Iterator
from typing import Any, get_args

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from mailcore.address import ROLES, parse_address
from mailcore.db.live_settings import read_newest
from mailcore.db.overrides import resolve as resolve_overrides
from mailcore.db.overrides import values_of
from mailcore.db.tables import domain, mailing_list
from mailcore.errors import Conflict
from mailcore.settings import RuntimeSettings, SmtpSettings
from mailcore.settings.group import LocalAddressOnly


async def read_smtp_settings(connection: AsyncConnection) -> SmtpSettings:
    """Give the SMTP settings as they are stored at this moment."""
    _, stored = await read_newest(connection)
    settings, _, _ = resolve_overrides(stored)
    return settings.smtp


async def refuse_if_referred_to(connection: AsyncConnection, address: str) -> None:
    """Raise Conflict, saying by what, when `address` (stored form), with a plus-part or without, is referred to.

    Postmaster and abuse stay local addresses when nobody has them.
    """
    if parse_address(address).local_part in ROLES:
        return
    _, stored = await read_newest(connection)
    settings, _, _ = resolve_overrides(stored)
    separator = settings.smtp.plus_separator
    for name, value in _addresses(settings):
        if _is_of(value, address, separator):
            raise Conflict(f"the setting {name} names {value}; change that first")
    column = domain.c.catch_all_address
    query = select(domain.c.name, column).where(_names(column, address, separator)).limit(1)
    found = (await connection.execute(query)).one_or_none()
    if found is not None:
        raise Conflict(f"{found.catch_all_address} takes what nobody else does at {found.name}; change that first")
    await _refuse_owner(connection, address, separator)


async def _refuse_owner(connection: AsyncConnection, address: str, separator: str) -> None:
    """Raise Conflict when a list would be left without an owner: nobody would hear what it has to say."""
    column = mailing_list.c.owner
    query = select(mailing_list.c.address, column).where(_names(column, address, separator)).limit(1)
    found = (await connection.execute(query)).one_or_none()
    if found is not None:
        raise Conflict(f"{found.owner} owns the mailing list {found.address}; give that another owner first")


def _names(column: ColumnElement[Any], address: str, separator: str) -> ColumnElement[bool]:
    """Say that `column` is `address`, or that with a plus-part that leads there."""
    condition = column == address
    if not separator:
        return condition
    local_part, _, of = address.rpartition("@")
    with_detail = column.startswith(f"{local_part}{separator}", autoescape=True)
    return or_(condition, with_detail & column.endswith(f"@{of}", autoescape=True))


async def refuse_if_domain_is_referred_to(connection: AsyncConnection, name: str) -> None:
    """Raise Conflict, saying by what, when an address of the domain `name` is referred to from outside it."""
    _, stored = await read_newest(connection)
    settings, _, _ = resolve_overrides(stored)
    for setting, value in _addresses(settings):
        if value.endswith(f"@{name}"):
            raise Conflict(f"the setting {setting} names {value}; change that first")
    column = domain.c.catch_all_address
    query = select(domain.c.name, column).where(column.endswith(f"@{name}", autoescape=True), domain.c.name != name)
    found = (await connection.execute(query.limit(1))).one_or_none()
    if found is not None:
        raise Conflict(f"{found.catch_all_address} takes what nobody else does at {found.name}; change that first")


def _is_of(value: str, address: str, separator: str) -> bool:
    """Whether `value` is `address`, or one with a plus-part that leads there."""
    if value == address:
        return True
    local_part, _, of = address.rpartition("@")
    return bool(separator) and value.startswith(f"{local_part}{separator}") and value.endswith(f"@{of}")


def _addresses(settings: RuntimeSettings) -> Iterator[tuple[str, str]]:
    """Give every setting that holds a local address now, with the address."""
    values = values_of(settings)
    for group, field in RuntimeSettings.model_fields.items():
        model = field.annotation
        for name, setting in getattr(model, "model_fields", {}).items():
            value = values[group][name]
            marks = (*setting.metadata, *(mark for one in get_args(setting.annotation) for mark in _marks(one)))
            if isinstance(value, str) and any(isinstance(mark, LocalAddressOnly) for mark in marks):
                yield f"{group}.{name}", value


def _marks(annotation: object) -> tuple[object, ...]:
    return getattr(annotation, "__metadata__", ())
