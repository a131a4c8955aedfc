"""What sessions and processors ask of the directory. Implemented over the database with a cache before it."""

from typing import Protocol

from mailcore.directory.account import Account
from mailcore.directory.alias import Alias
from mailcore.directory.domain import Domain
from mailcore.directory.standing_orders import StandingOrders


class Directory(Protocol):
    """Look-ups by names in their stored form (`mailcore.address`). A miss is None. Raises DatabaseAway."""

    async def domain(self, name: str) -> Domain | None:
        """Give the managed domain of that name (lower-case A-labels)."""

    async def account(self, address: str) -> Account | None:
        """Give the account of `address`."""

    async def alias(self, address: str) -> Alias | None:
        """Give the alias of `address`."""

    async def rewritten(self, local_part: str) -> str | None:
        """Give the sender that a rewritten one of ours stands for (`mailcore.srs`); None when it is not valid."""


class SessionDirectory(Directory, Protocol):
    """What sessions ask beside that."""

    async def first_domain(self) -> str | None:
        """Give the managed domain that was made first; None when there is none."""


class ProcessorDirectory(Directory, Protocol):
    """What processors ask beside that."""

    async def standing_orders(self, address: str) -> StandingOrders | None:
        """Give what the account of `address` does with its mail by itself; None when that is nothing."""
