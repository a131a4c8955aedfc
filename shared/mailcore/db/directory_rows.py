"""The queries of the directory, one per thing that is looked up, built once.

`directory_cache` runs them for services, which remember what they found; `StoredDirectory` runs them in the
transaction of a change that must fit what is stored at that moment.
"""

from dataclasses import dataclass

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from mailcore.db import list_rows, tables
from mailcore.directory.account import Account
from mailcore.directory.alias import Alias
from mailcore.directory.autoreply import Autoreply
from mailcore.directory.domain import Domain
from mailcore.directory.forward import Forward
from mailcore.directory.known_list import KnownList
from mailcore.directory.standing_orders import StandingOrders
from mailcore.verp import VerpMark

# Built once: SQLAlchemy then finds the compiled form by identity.
_DOMAIN = select(*(tables.domain.c[name] for name in Domain.model_fields)).where(
    tables.domain.c.name == bindparam("name")
)
_FIRST_DOMAIN = select(tables.domain.c.name).order_by(tables.domain.c.id).limit(1)
_ACCOUNT = select(*(tables.account.c[name] for name in Account.model_fields), tables.account.c.password_hash).where(
    tables.account.c.address == bindparam("address")
)
_ALIAS = select(*(tables.alias.c[name] for name in Alias.model_fields)).where(
    tables.alias.c.address == bindparam("address")
)
_FORWARDS = (
    select(*(tables.forward.c[name] for name in Forward.model_fields))
    .join(tables.account, tables.account.c.id == tables.forward.c.account_id)
    .where(tables.account.c.address == bindparam("address"), tables.forward.c.enabled)
    .order_by(tables.forward.c.position, tables.forward.c.id)
)
_AUTOREPLY = (
    select(*(tables.autoreply.c[name] for name in Autoreply.model_fields))
    .join(tables.account, tables.account.c.id == tables.autoreply.c.account_id)
    .where(tables.account.c.address == bindparam("address"), tables.autoreply.c.enabled)
)


@dataclass(frozen=True, slots=True)
class Login:
    """An account with what proves that somebody may use it."""

    account: Account
    password_hash: str | None
    """argon2id, as `mailcore.passwords` makes it; None: nobody can log in."""


async def load_domain(connection: AsyncConnection, name: str) -> Domain | None:
    """Give the managed domain of that name."""
    row = (await connection.execute(_DOMAIN, {"name": name})).mappings().one_or_none()
    return None if row is None else Domain.model_validate(dict(row))


async def load_first_domain(connection: AsyncConnection) -> str | None:
    """Give the name of the managed domain that was made first."""
    found: str | None = (await connection.execute(_FIRST_DOMAIN)).scalar_one_or_none()
    return found


async def load_login(connection: AsyncConnection, address: str) -> Login | None:
    """Give the account of that address with its password's hash."""
    row = (await connection.execute(_ACCOUNT, {"address": address})).mappings().one_or_none()
    if row is None:
        return None
    values = dict(row)
    password_hash = values.pop("password_hash")
    return Login(Account.model_validate(values), password_hash)


async def load_alias(connection: AsyncConnection, address: str) -> Alias | None:
    """Give the alias of that address."""
    row = (await connection.execute(_ALIAS, {"address": address})).mappings().one_or_none()
    return None if row is None else Alias.model_validate(dict(row))


async def load_standing_orders(connection: AsyncConnection, address: str) -> StandingOrders | None:
    """Give what the account of that address does with its mail by itself; None when that is nothing."""
    forwards = (await connection.execute(_FORWARDS, {"address": address})).mappings().all()
    reply = (await connection.execute(_AUTOREPLY, {"address": address})).mappings().one_or_none()
    if not forwards and reply is None:
        return None
    return StandingOrders(
        tuple(Forward.model_validate(dict(row)) for row in forwards),
        None if reply is None else Autoreply.model_validate(dict(reply)),
    )


class StoredDirectory:
    """The directory as one connection sees it, only domains remembered, for as long as a change takes.

    Implements `mailcore.directory.lookup.Directory`.
    """

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._domains: dict[str, Domain | None] = {}

    async def domain(self, name: str) -> Domain | None:
        """Give the managed domain of that name."""
        if name not in self._domains:
            self._domains[name] = await load_domain(self._connection, name)
        return self._domains[name]

    async def account(self, address: str) -> Account | None:
        """Give the account of that address."""
        login = await load_login(self._connection, address)
        return None if login is None else login.account

    async def alias(self, address: str) -> Alias | None:
        """Give the alias of that address."""
        return await load_alias(self._connection, address)

    async def mailing_list(self, address: str) -> KnownList | None:
        """Give the mailing list of which `address` is one."""
        return await list_rows.load_list(self._connection, address)

    async def returned(self, bounces: str, token: str) -> VerpMark | None:
        """Give nobody: what comes back is nothing to refer to."""
        del bounces, token
        return None

    async def returned_by_number(self, domain: str, token: str) -> tuple[str, VerpMark] | None:
        """Give nobody, either."""
        del domain, token
        return None

    async def rewritten(self, local_part: str) -> str | None:
        """Give nobody: what expires is nothing to refer to."""
        del local_part
        return None
