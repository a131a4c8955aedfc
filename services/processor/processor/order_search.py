"""Finds what accounts do with their mail by themselves, and goes on to those whom they forward it to."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence

from mailcore.address import Address, parse_address
from mailcore.directory.account import Account
from mailcore.directory.lookup import ProcessorDirectory
from mailcore.directory.standing_orders import StandingOrders
from mailcore.directory.targets import AccountTarget, Resolution
from maildecide.message.forwarding.choice import chosen

MOST_ACCOUNTS = 1000
"""Accounts that one message is followed to along forwards; beyond them it is stored and goes no further."""

_AT_ONCE = 32

Resolve = Callable[[Sequence[Address]], Awaitable[list[Resolution]]]


class OrderSearch:
    """One search, for one message."""

    def __init__(self, directory: ProcessorDirectory, resolve: Resolve, resolutions: dict[str, Resolution]) -> None:
        """`resolutions`: who is behind addresses, known already; those of forwards are added."""
        self._directory = directory
        self._resolve = resolve
        self._resolutions = resolutions
        self._seen: set[str] = set()
        self.orders: dict[str, StandingOrders] = {}
        """What was found, by the accounts' addresses."""

    async def follow(self, recipients: Iterable[Resolution], sender: str) -> None:
        """Search for the accounts behind recipients of a message from `sender`. Raises DatabaseAway."""
        level = list(self._new_accounts(recipients))
        allowance = MOST_ACCOUNTS
        while level:
            found = await self._find(level)
            # At its target, the notice of a message is mail of the null sender.
            forwards = (chosen(orders.forwards, whose) for orders in found for whose in (sender, ""))
            addresses = dict.fromkeys(address for forward in forwards if forward for address in forward.to)
            await self.look_up(addresses)
            level = list(self._new_accounts(self._resolutions[address] for address in addresses))[:allowance]
            allowance -= len(level)

    async def _find(self, accounts: Sequence[Account]) -> list[StandingOrders]:
        found: list[StandingOrders] = []
        for start in range(0, len(accounts), _AT_ONCE):
            some = accounts[start : start + _AT_ONCE]
            each = await asyncio.gather(*(self._directory.standing_orders(account.address) for account in some))
            for account, orders in zip(some, each, strict=True):
                if orders is not None:
                    self.orders[account.address] = orders
                    found.append(orders)
        return found

    async def look_up(self, addresses: Iterable[str]) -> None:
        """Find who is behind addresses; an empty one is passed over. Raises DatabaseAway."""
        unknown = [address for address in addresses if address and address not in self._resolutions]
        found = await self._resolve([parse_address(address) for address in unknown])
        self._resolutions.update(zip(unknown, found, strict=True))

    def _new_accounts(self, resolutions: Iterable[Resolution]) -> Iterable[Account]:
        for resolution in resolutions:
            for target in resolution.targets:
                if isinstance(target, AccountTarget) and target.account.address not in self._seen:
                    self._seen.add(target.account.address)
                    yield target.account
