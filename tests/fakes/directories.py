"""Directories in memory, and ones that fail for some, before the real one."""

from mailcore.address import parse_address, stored_form
from mailcore.directory.account import Account
from mailcore.directory.alias import Alias
from mailcore.directory.domain import Domain
from mailcore.directory.known_list import KnownList
from mailcore.directory.list_member import ListMember
from mailcore.directory.lookup import ProcessorDirectory
from mailcore.directory.standing_orders import StandingOrders
from mailcore.verp import VerpMark


class MemoryDirectory:
    """Implements `SessionDirectory` and `ProcessorDirectory` over what it was given; counts what it is asked."""

    def __init__(self, *entities: Domain | Account | Alias) -> None:
        self.domains = {one.name: one for one in entities if isinstance(one, Domain)}
        self.accounts = {self._key(one.address): one for one in entities if isinstance(one, Account)}
        self.aliases = {self._key(one.address): one for one in entities if isinstance(one, Alias)}
        self.orders: dict[str, StandingOrders] = {}
        self.rewritten_senders: dict[str, str] = {}
        self.lists: dict[str, KnownList] = {}
        self.members: dict[tuple[int, str], ListMember] = {}
        self.returned_copies: dict[tuple[str, str], VerpMark] = {}
        self.numbered_copies: dict[tuple[str, str], tuple[str, VerpMark]] = {}
        self.asked = 0

    def _key(self, address: str) -> str:
        parsed = parse_address(address)
        return stored_form(parsed, case_sensitive=self.domains[parsed.domain].case_sensitive)

    async def domain(self, name: str) -> Domain | None:
        """Give the domain."""
        self.asked += 1
        return self.domains.get(name)

    async def first_domain(self) -> str | None:
        """Give the first of its domains."""
        return next(iter(self.domains), None)

    async def account(self, address: str) -> Account | None:
        """Give the account."""
        self.asked += 1
        return self.accounts.get(address)

    async def alias(self, address: str) -> Alias | None:
        """Give the alias."""
        self.asked += 1
        return self.aliases.get(address)

    async def mailing_list(self, address: str) -> KnownList | None:
        """Give the list."""
        return self.lists.get(address)

    async def list_member(self, list_id: int, key: str) -> ListMember | None:
        """Give the member."""
        return self.members.get((list_id, key))

    async def returned(self, bounces: str, token: str) -> VerpMark | None:
        """Give whom the copy was for."""
        return self.returned_copies.get((bounces, token))

    async def returned_by_number(self, domain: str, token: str) -> tuple[str, VerpMark] | None:
        """Give the list's address, and whom the copy was for."""
        return self.numbered_copies.get((domain, token))

    async def rewritten(self, local_part: str) -> str | None:
        """Give the sender."""
        return self.rewritten_senders.get(local_part)

    async def standing_orders(self, address: str) -> StandingOrders | None:
        """Give what the account does by itself."""
        return self.orders.get(address)


class FailingDirectory:
    """Implements `ProcessorDirectory`: asked for one of `failures` it raises that, else it asks another."""

    def __init__(self, directory: ProcessorDirectory) -> None:
        self._directory = directory
        self.failures: dict[str, Exception] = {}
        self.asked: list[str] = []

    async def domain(self, name: str) -> Domain | None:
        """Ask the real one."""
        return await self._directory.domain(name)

    async def account(self, address: str) -> Account | None:
        """Ask the real one, or fail."""
        self.asked.append(address)
        if failure := self.failures.get(address):
            raise failure
        return await self._directory.account(address)

    async def alias(self, address: str) -> Alias | None:
        """Ask the real one."""
        return await self._directory.alias(address)

    async def mailing_list(self, address: str) -> KnownList | None:
        """Ask the real one."""
        return await self._directory.mailing_list(address)

    async def list_member(self, list_id: int, key: str) -> ListMember | None:
        """Ask the real one."""
        return await self._directory.list_member(list_id, key)

    async def returned(self, bounces: str, token: str) -> VerpMark | None:
        """Ask the real one."""
        return await self._directory.returned(bounces, token)

    async def returned_by_number(self, domain: str, token: str) -> tuple[str, VerpMark] | None:
        """Ask the real one."""
        return await self._directory.returned_by_number(domain, token)

    async def rewritten(self, local_part: str) -> str | None:
        """Ask the real one."""
        return await self._directory.rewritten(local_part)

    async def standing_orders(self, address: str) -> StandingOrders | None:
        """Ask the real one."""
        return await self._directory.standing_orders(address)
