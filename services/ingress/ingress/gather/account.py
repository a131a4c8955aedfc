"""Who is behind an address."""

from mailcore.address import Address, local_key
from mailcore.directory.account import Account
from mailcore.directory.lookup import Directory


async def account_of(directory: Directory, address: Address) -> Account | None:
    """Give the account of an address in a managed domain. Raises DatabaseAway."""
    return await directory.account(str(Address(local_key(address.local_part), address.domain)))
