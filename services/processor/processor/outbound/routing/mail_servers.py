"""What DNS says takes mail for a domain (RFC 5321 5.1): MX by preference, equal ones in random order, else itself."""

from collections.abc import Callable, Sequence
from itertools import groupby

from mailcore.dns.interface import Budget, Mx, Resolver
from mailcore.settings import DeliverySettings
from processor.outbound.client.answer import Answer
from processor.outbound.client.opening import Server
from processor.outbound.routing.addresses import addresses_of
from processor.outbound.routing.guard import Guard
from processor.outbound.routing.ourselves import before_ourselves, is_own_address

_LOOPS = Answer("connect", why="mail for this domain leads back to this server", status="5.4.6")
_UNKNOWN_NOW = Answer("connect", why="the domain's mail servers cannot be looked up now", status="4.4.3")
_NO_DOMAIN = Answer("connect", why="the domain does not exist", status="5.1.2")
_NULL_MX = Answer("connect", why="the domain takes no mail (null MX)", status="5.1.10")
_NO_ADDRESS = Answer("connect", why="the domain has no mail server with an address", status="5.4.4")
_MOST_HOSTS = 20
"""Hosts that are looked up: more are no use in one attempt."""


async def mail_servers(
    resolver: Resolver,
    domain: str,
    settings: DeliverySettings,
    *,
    hostname: str,
    guard: Guard,
    shuffle: Callable[[list[str]], None],
    budget: Budget,
) -> list[Server] | Answer:
    """Give the servers of `domain` in the order in which they are tried, as `guard` lets them, or why there is none."""
    answer = await resolver.query(domain, "MX", budget=budget)
    if answer.status == "no_answer":
        return _UNKNOWN_NOW
    if answer.status == "no_name":
        return _NO_DOMAIN
    records, is_among = before_ourselves(answer.mx, hostname)
    if is_among and not records:
        return _LOOPS
    if records and all(mx.host in {".", ""} for mx in records):
        return _NULL_MX
    hosts = _in_order(records, shuffle)[:_MOST_HOSTS] or [domain]
    guard.is_mx_secure = answer.is_authenticated
    return await _with_addresses(resolver, hosts, settings, guard, budget)


def _in_order(records: Sequence[Mx], shuffle: Callable[[list[str]], None]) -> list[str]:
    ordered: list[str] = []
    by_preference = sorted(records, key=lambda mx: mx.preference)
    for _, equal in groupby(by_preference, key=lambda mx: mx.preference):
        hosts = sorted({mx.host.rstrip(".") for mx in equal} - {"", *ordered})
        shuffle(hosts)
        ordered += hosts
    return ordered


async def _with_addresses(
    resolver: Resolver, hosts: Sequence[str], settings: DeliverySettings, guard: Guard, budget: Budget
) -> list[Server] | Answer:
    servers: list[Server] = []
    is_known = True
    for name in hosts:
        host = await addresses_of(resolver, name, budget)
        is_known &= host.is_known
        if any(is_own_address(address, settings.own_addresses, settings.port) for address in host.addresses):
            # Hosts that are less preferred than ourselves would send it back to us.
            return servers or guard.hindrance or _LOOPS
        servers += await guard.servers(host, budget)
        if len(servers) >= settings.max_servers_per_attempt:
            break
    if servers:
        return servers
    return guard.hindrance or (_NO_ADDRESS if is_known else _UNKNOWN_NOW)
