"""The addresses of a host, IPv6 and IPv4 in turn, so that neither family alone decides."""

import asyncio
from itertools import chain, zip_longest

from mailcore.dns.interface import Budget, Resolver


async def addresses_of(resolver: Resolver, host: str, budget: Budget) -> tuple[list[str], bool]:
    """Give the addresses of `host`, and whether DNS answered as far as it was asked."""
    six, four = await asyncio.gather(
        resolver.query(host, "AAAA", budget=budget), resolver.query(host, "A", budget=budget)
    )
    in_turn = chain.from_iterable(zip_longest(six.texts, four.texts))
    return [address for address in in_turn if address is not None], "no_answer" not in {six.status, four.status}
