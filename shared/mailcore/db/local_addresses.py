"""Whether an address that somebody names is a local one, asked of what is stored at this moment."""

from mailcore.address import parse_address, read_local_address, stored_form
from mailcore.db.database import Database
from mailcore.db.directory_rows import StoredDirectory
from mailcore.db.references import read_smtp_settings
from mailcore.directory.lookup import Directory
from mailcore.directory.resolution import resolve
from mailcore.settings import SmtpSettings


async def local_form(directory: Directory, text: str, settings: SmtpSettings) -> str:
    """Give the stored form of a local address. Raises ValueError, saying why, for what is none."""
    address = read_local_address(text)
    domain = await directory.domain(address.domain)
    if domain is None:
        raise ValueError(f"{address.domain} is no managed domain")
    if not (await resolve(directory, address, settings, catch_all=False)).is_local:
        raise ValueError(f"{address} is no local address: there is no account, alias or list of that name")
    return stored_form(address, case_sensitive=domain.case_sensitive)


async def target_form(directory: Directory, text: str, settings: SmtpSettings) -> str:
    """Give the stored form of an address that mail is sent on to.

    Raises ValueError for one in a managed domain that is no local address.
    """
    address = parse_address(text)
    if address.is_literal or await directory.domain(address.domain) is None:
        return str(address)
    return await local_form(directory, text, settings)


class LocalAddresses:
    """Answers the same outside of transactions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def form(self, text: str) -> str:
        """Give the stored form of a local address. Raises ValueError for what is none, and DatabaseAway."""
        async with self._database.read() as connection:
            return await local_form(StoredDirectory(connection), text, await read_smtp_settings(connection))
