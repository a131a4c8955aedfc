"""Whether an address in a managed domain is one that RCPT would accept."""

from ingress.gather.account import account_of
from mailcore.address import Address, local_key
from mailcore.directory.lookup import Directory

ALWAYS = frozenset({"postmaster", "abuse"})
"""Exist in every managed domain (RFC 5321 4.5.1, RFC 2142 4)."""


async def is_local(directory: Directory, address: Address) -> bool:
    """Whether `address`, whose domain is managed, is a local address. Raises DatabaseAway."""
    return local_key(address.local_part) in ALWAYS or await account_of(directory, address) is not None
