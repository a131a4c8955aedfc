"""What sessions and processors ask of the directory. Implemented over the database with a cache before it."""

from typing import Protocol

from mailcore.directory.account import Account
from mailcore.directory.alias import Alias
from mailcore.directory.domain import Domain
from mailcore.directory.known_list import KnownList
from mailcore.directory.list_member import ListMember
from mailcore.directory.standing_orders import StandingOrders
from mailcore.verp import VerpMark


class Directory(Protocol):
    """Look-ups by names in their stored form (`mailcore.address`). A miss is None. Raises DatabaseAway."""

    async def domain(self, name: str) -> Domain | None:
        """Give the managed domain of that name (lower-case A-labels)."""

    async def account(self, address: str) -> Account | None:
        """Give the account of `address`."""

    async def alias(self, address: str) -> Alias | None:
        """Give the alias of `address`."""

    async def mailing_list(self, address: str) -> KnownList | None:
        """Give the mailing list of which `address` is one, and what it is for."""

    async def returned(self, bounces: str, token: str) -> VerpMark | None:
        """Give whom a copy was for that comes back to a list's `-bounces` address; None when the token is not ours."""

    async def returned_by_number(self, domain: str, token: str) -> tuple[str, VerpMark] | None:
        """Do the same where the token names the list of that domain too; the `-bounces` address comes first."""

    async def rewritten(self, local_part: str) -> str | None:
        """Give the sender that a rewritten one of ours stands for (`mailcore.srs`); None when it is not valid."""


class ListDirectory(Directory, Protocol):
    """What whoever judges posts asks beside that."""

    async def list_member(self, list_id: int, key: str) -> ListMember | None:
        """Give the member of that list with that key (`mailcore.directory.list_member`)."""


class SessionDirectory(ListDirectory, Protocol):
    """What sessions ask beside that."""

    async def first_domain(self) -> str | None:
        """Give the managed domain that was made first; None when there is none."""


class ProcessorDirectory(ListDirectory, Protocol):
    """What processors ask beside that."""

    async def standing_orders(self, address: str) -> StandingOrders | None:
        """Give what the account of `address` does with its mail by itself; None when that is nothing."""
