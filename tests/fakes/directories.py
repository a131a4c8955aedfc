"""Directories that fail for some, before the real one."""

from mailcore.directory.account import Account
from mailcore.directory.lookup import Directory


class FailingDirectory:
    """Implements `Directory`: asked for one of `failures` it raises what stands there, else it asks the real one."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self.failures: dict[str, Exception] = {}
        self.asked: list[str] = []

    async def is_managed(self, domain: str) -> bool:
        """Ask the real one."""
        return await self._directory.is_managed(domain)

    async def account(self, address: str) -> Account | None:
        """Ask the real one, or fail."""
        self.asked.append(address)
        if failure := self.failures.get(address):
            raise failure
        return await self._directory.account(address)
