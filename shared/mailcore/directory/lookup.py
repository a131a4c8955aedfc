"""What sessions and processors ask of the directory. Implemented over the database with a cache before it."""

from typing import Protocol

from mailcore.directory.account import Account


class Directory(Protocol):
    """Look-ups by normalised names. A miss is None, never an error. Raises DatabaseAway."""

    async def is_managed(self, domain: str) -> bool:
        """Whether `domain` (lower-case A-labels) is one we receive mail for."""

    async def account(self, address: str) -> Account | None:
        """Give the account of `address` (as `normalise_local_address` makes it)."""


class SessionDirectory(Directory, Protocol):
    """What sessions ask beside that."""

    async def first_domain(self) -> str | None:
        """Give the managed domain that was made first; None when there is none."""
