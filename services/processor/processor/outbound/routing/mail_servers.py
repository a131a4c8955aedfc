"""What DNS says takes mail for a domain (RFC 5321 5.1): MX by preference, equal ones in random order, else itself.

Where we are among them, by name or by address, only those that are preferred to us are left; where none is, it is a
loop.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from mailcore.dns.interface import Answer as DnsAnswer
from mailcore.dns.interface import Budget, Mx, Resolver
from mailcore.settings import DeliverySettings
from processor.outbound.client.answer import Answer
from processor.outbound.client.opening import Server
from processor.outbound.routing.addresses import addresses_of
from processor.outbound.routing.guard import Guard
from processor.outbound.routing.ourselves import Ourselves, before_ourselves

LOOPS = Answer("connect", why="mail for this domain leads back to this server", status="5.4.6")
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
    ourselves: Ourselves,
    guard: Guard,
    shuffle: Callable[[list[str]], None],
    budget: Budget,
) -> list[Server] | Answer:
    """Give the servers of `domain` in the order in which they are tried, as `guard` lets them, or why there is none."""
    answer = await resolver.query(domain, "MX", budget=budget)
    named = _named(domain, answer, ourselves)
    if isinstance(named, Answer):
        return named
    records, is_among = named
    guard.is_mx_secure = answer.is_authenticated
    groups = list(_in_order(records, shuffle))
    found = await _found(resolver, groups, settings, ourselves=ourselves, guard=guard, budget=budget)
    found.leads_here |= is_among
    return found.servers or guard.hindrance or found.failure


def _named(domain: str, answer: DnsAnswer, ourselves: Ourselves) -> tuple[list[Mx], bool] | Answer:
    """Give the records that are preferred to those with our name, and whether we are among them; or why none is."""
    if answer.status == "no_answer":
        return _UNKNOWN_NOW
    if answer.status == "no_name":
        return _NO_DOMAIN
    # RFC 5321 5.1: as if the domain itself were its mail server.
    records, is_among = before_ourselves(answer.mx or (Mx(0, domain),), ourselves)
    if not records:
        return LOOPS
    if all(mx.host in {".", ""} for mx in records):
        return _NULL_MX
    return records, is_among


def _in_order(records: Sequence[Mx], shuffle: Callable[[list[str]], None]) -> Iterator[list[str]]:
    """Give the hosts, those of one preference together."""
    seen: set[str] = {""}
    by_preference = sorted(records, key=lambda mx: mx.preference)
    for _, equal in groupby(by_preference, key=lambda mx: mx.preference):
        hosts = sorted({mx.host.rstrip(".") for mx in equal} - seen)
        shuffle(hosts)
        hosts = hosts[: _MOST_HOSTS + 1 - len(seen)]
        seen.update(hosts)
        if hosts:
            yield hosts


@dataclass(slots=True)
class _Servers:
    servers: list[Server] = field(default_factory=list)
    is_known: bool = True
    """Whether DNS answered for all hosts that were asked for."""
    leads_here: bool = False
    """Whether we are the next one."""

    @property
    def failure(self) -> Answer:
        """Why there is none."""
        if not self.is_known:
            return _UNKNOWN_NOW
        return LOOPS if self.leads_here else _NO_ADDRESS


async def _found(
    resolver: Resolver,
    groups: Sequence[Sequence[str]],
    settings: DeliverySettings,
    *,
    ourselves: Ourselves,
    guard: Guard,
    budget: Budget,
) -> _Servers:
    found = _Servers()
    for group in groups:
        hosts = await asyncio.gather(*(addresses_of(resolver, name, budget) for name in group))
        if any(ourselves.has_address(address) for host in hosts for address in host.addresses):
            # Those that are not preferred to us would send it back to us.
            found.leads_here = True
            return found
        for host in hosts:
            found.is_known &= host.is_known
            found.servers += await guard.servers(host, budget)
            if len(found.servers) >= settings.max_servers_per_attempt:
                return found
    return found
