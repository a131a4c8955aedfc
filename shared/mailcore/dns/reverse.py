"""Who an address is by its name in DNS, and whether that name leads back to it."""

import asyncio
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Literal

from mailcore.dns.interface import Budget, Resolver

MOST_NAMES = 10
"""Names of an address that are looked at; whoever holds its zone can list any number."""


@dataclass(frozen=True, slots=True)
class ReverseNames:
    """The PTR names of an address."""

    status: Literal["found", "missing", "no_answer"]
    names: tuple[str, ...] = ()
    """Lower case, without the final dot; one at least when `found`, `MOST_NAMES` at most. Nobody vouches for them."""


Confirmation = Literal["confirmed", "differs", "no_answer"]
"""Whether a name has the address: it has, it has not, or nobody could say."""


async def reverse(resolver: Resolver, ip: str, budget: Budget) -> ReverseNames:
    """Ask for the names of an IP address."""
    answer = await resolver.query(_plain(ip).reverse_pointer, "PTR", budget=budget)
    if answer.status == "no_answer":
        return ReverseNames("no_answer")
    names = answer.texts[:MOST_NAMES]
    return ReverseNames("found", names) if names else ReverseNames("missing")


async def forward_confirmed(resolver: Resolver, ip: str, name: str, budget: Budget) -> Confirmation:
    """Ask whether `name` has the address `ip` among those of its family."""
    address = _plain(ip)
    answer = await resolver.query(name, "A" if address.version == 4 else "AAAA", budget=budget)  # noqa: PLR2004
    if answer.status == "no_answer":
        return "no_answer"
    return "confirmed" if any(_plain(found) == address for found in answer.texts) else "differs"


async def confirmed_name(
    resolver: Resolver, ip: str, names: tuple[str, ...], budget: Budget
) -> tuple[str | None, Confirmation]:
    """Ask which of `names` leads back to `ip`: give the first that does, and what can be said of all of them."""
    verdicts = await asyncio.gather(*(forward_confirmed(resolver, ip, name, budget) for name in names))
    for name, verdict in zip(names, verdicts, strict=True):
        if verdict == "confirmed":
            return name, verdict
    return None, "no_answer" if "no_answer" in verdicts else "differs"


def _plain(ip: str) -> IPv4Address | IPv6Address:
    """Read an address; an IPv4 address mapped into IPv6 is the IPv4 address it is."""
    address = ip_address(ip.partition("%")[0])
    return getattr(address, "ipv4_mapped", None) or address
