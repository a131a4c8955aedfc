"""The directory, looked up in the database and remembered until a change is announced. Implements `Directory`.

Ingress asks it several times per message, the processor once per recipient; a remembered answer costs no query.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import bindparam, select

from mailcore.db.changes import EVERYTHING, Change, ChangeFeed
from mailcore.db.database import Database
from mailcore.db.lookup_cache import LookupCache
from mailcore.db.tables import account, domain
from mailcore.directory.account import Account

# Built once: SQLAlchemy then finds the compiled form by identity.
_DOMAIN = select(domain.c.id).where(domain.c.name == bindparam("name"))
_FIRST_DOMAIN = select(domain.c.name).order_by(domain.c.id).limit(1)
_ACCOUNT = select(*(account.c[name] for name in Account.model_fields), account.c.password_hash).where(
    account.c.address == bindparam("address")
)


@dataclass(frozen=True, slots=True)
class Login:
    """An account with what proves that somebody may use it."""

    account: Account
    password_hash: str | None
    """argon2id, as `mailcore.passwords` makes it; None: nobody can log in."""


class CachedDirectory:
    """Look-ups by normalised names, right within a second of every change in any replica.

    Names no row can have, such as ones with NUL, are absent without a query.
    """

    def __init__(self, database: Database, feed: ChangeFeed) -> None:
        self._database = database
        self._domains: LookupCache[int] = LookupCache(self._load_domain)
        self._first_domain: LookupCache[str] = LookupCache(self._load_first_domain)
        self._logins: LookupCache[Login] = LookupCache(self._load_login)
        feed.subscribe(self._hear)

    async def is_managed(self, domain: str) -> bool:
        """Whether `domain` (lower-case A-labels) is one we receive mail for. Raises DatabaseAway."""
        return await self._domains.get(domain) is not None

    async def first_domain(self) -> str | None:
        """Give the managed domain that was made first, which `<postmaster>` alone is of. Raises DatabaseAway."""
        return await self._first_domain.get("")

    async def account(self, address: str) -> Account | None:
        """Give the account of `address` (as `normalise_local_address` makes it). Raises DatabaseAway."""
        login = await self._logins.get(address)
        return None if login is None else login.account

    async def account_by_login(self, address: str) -> Login | None:
        """Give the account that logs in as `address` (normalised), with its password hash. Raises DatabaseAway."""
        return await self._logins.get(address)

    async def _load_domain(self, name: str) -> int | None:
        if not _is_storable(name):
            return None
        async with self._database.read() as connection:
            found: int | None = (await connection.execute(_DOMAIN, {"name": name})).scalar_one_or_none()
            return found

    async def _load_first_domain(self, _: str) -> str | None:
        async with self._database.read() as connection:
            found: str | None = (await connection.execute(_FIRST_DOMAIN)).scalar_one_or_none()
            return found

    async def _load_login(self, address: str) -> Login | None:
        if not _is_storable(address):
            return None
        async with self._database.read() as connection:
            row = (await connection.execute(_ACCOUNT, {"address": address})).mappings().one_or_none()
        if row is None:
            return None
        values = dict(row)
        password_hash = values.pop("password_hash")
        return Login(Account.model_validate(values), password_hash)

    def _hear(self, changes: Sequence[Change]) -> None:
        for change in changes:
            match change.entity:
                case "account":
                    self._logins.drop(change.key)
                case "domain":
                    self._domains.drop(change.key)
                    self._first_domain.clear()
                    self._logins.drop_where(partial(_is_at, change.key))
                case _ if change.entity == EVERYTHING:
                    self._domains.clear()
                    self._first_domain.clear()
                    self._logins.clear()
                case _:
                    pass


def _is_at(domain: str, address: str) -> bool:
    return address.endswith(f"@{domain}")


def _is_storable(name: str) -> bool:
    """Whether the database can hold this text at all: neither NUL nor octets that were no UTF-8."""
    return "\0" not in name and not any("\ud800" <= character <= "\udfff" for character in name)
