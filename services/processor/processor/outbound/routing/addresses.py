"""The addresses of a host, IPv6 and IPv4 in turn, so that neither family alone decides."""

import asyncio
from dataclasses import dataclass
from itertools import chain, zip_longest

from mailcore.dns.interface import Budget, Resolver


@dataclass(frozen=True, slots=True)
class HostAddresses:
    """What DNS says of a host."""

    name: str
    addresses: tuple[str, ...] = ()
    is_known: bool = True
    """Whether DNS answered as far as it was asked."""
    is_secure: bool = False
    """Whether all answers with addresses were verified (DNSSEC), aliases included."""
    canonical: str = ""
    """Where its aliases lead; empty where it has no address."""


async def addresses_of(resolver: Resolver, host: str, budget: Budget) -> HostAddresses:
    """Look up `host` (A-labels)."""
    six, four = await asyncio.gather(
        resolver.query(host, "AAAA", budget=budget), resolver.query(host, "A", budget=budget)
    )
    in_turn = chain.from_iterable(zip_longest(six.texts, four.texts))
    found = [answer for answer in (six, four) if answer.status == "found"]
    return HostAddresses(
        host,
        tuple(address for address in in_turn if address is not None),
        is_known="no_answer" not in {six.status, four.status},
        is_secure=bool(found) and all(answer.is_authenticated for answer in found),
        canonical=next((answer.canonical or host for answer in found), ""),
    )
