"""Whether an address is listed in DNS block lists (RFC 5782)."""

import asyncio
from ipaddress import AddressValueError, IPv4Address, IPv4Network, IPv6Address, ip_address

from mailcore.dns.interface import Answer, Budget, Resolver

_LISTED = IPv4Network("127.0.0.0/8")
_ERRORS = IPv4Network("127.255.255.0/24")
"""How lists say that they do not answer us: wrong zone, a public resolver, too many queries."""


async def listings(resolver: Resolver, zones: tuple[str, ...], ip: str, budget: Budget) -> tuple[str, ...]:
    """Ask all `zones` at once; give those in which `ip` is listed, in their order. No answer is not listed."""
    answers = await asyncio.gather(*(resolver.query(entry_of(ip, zone), "A", budget=budget) for zone in zones))
    return tuple(zone for zone, answer in zip(zones, answers, strict=True) if _is_listed(answer))


def entry_of(ip: str, zone: str) -> str:
    """Give the name under which an address is listed in `zone` (RFC 5782 2.1 and 2.4)."""
    address = ip_address(ip.partition("%")[0])
    if isinstance(address, IPv6Address):
        address = address.ipv4_mapped or address
    return f"{address.reverse_pointer.removesuffix('.in-addr.arpa').removesuffix('.ip6.arpa')}.{zone}"


def _is_listed(answer: Answer) -> bool:
    return any(_means_listed(text) for text in answer.texts)


def _means_listed(text: str) -> bool:
    try:
        address = IPv4Address(text)
    except AddressValueError:
        return False
    return address in _LISTED and address not in _ERRORS
