"""Whose domain it is."""

from mailcore.address import Address
from mailcore.directory.lookup import Directory


async def is_managed(directory: Directory, address: Address) -> bool:
    """Whether `address` is in a managed domain. Raises DatabaseAway."""
    return not address.is_literal and await directory.is_managed(address.domain)
