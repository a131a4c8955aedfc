"""From a destination to the servers to try, in order. Nothing is raised for what DNS says."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from ipaddress import ip_address

from mailcore.dns.interface import Budget, Resolver
from mailcore.settings import DeliverySettings
from mailcore.settings.endpoint import Endpoint, read_endpoint
from processor.outbound.client.answer import Answer
from processor.outbound.client.opening import Server, TlsUse
from processor.outbound.client.sasl import Credentials
from processor.outbound.routing import domain_table
from processor.outbound.routing.addresses import HostAddresses, addresses_of
from processor.outbound.routing.guard import Guard
from processor.outbound.routing.mail_servers import LOOPS, mail_servers
from processor.outbound.routing.ourselves import IsHere, Ourselves
from processor.outbound.tls.policy import Fault
from processor.outbound.tls.sts import Found, StsPolicies

Shuffle = Callable[[list[str]], None]
"""Puts a list into a random order."""


@dataclass(frozen=True, slots=True)
class Route:
    """The servers of a destination, or why there are none."""

    servers: tuple[Server, ...] = ()
    failure: Answer | None = None
    faults: tuple[Fault, ...] = ()
    """What the domain publishes of TLS and could not be met or used."""


class Router:
    """Finds routes as one host."""

    def __init__(
        self,
        resolver: Resolver,
        shuffle: Shuffle,
        sts: StsPolicies | None = None,
        *,
        names: Iterable[str] = (),
        is_here: IsHere = lambda _: False,
    ) -> None:
        """`sts`: finds MTA-STS policies; None: nobody looks for any.

        `names`: host names that are ours beside the one that each route is found for; `is_here`: which addresses are.
        """
        self._resolver = resolver
        self._shuffle = shuffle
        self._sts = sts
        self._names = frozenset(name.lower() for name in names)
        self._is_here = is_here

    async def route(
        self,
        destination: str,
        settings: DeliverySettings,
        hostname: str,
        budget: Budget,
    ) -> Route:
        """Find the route to `destination`: a domain in A-labels, or an address literal (RFC 5321 4.1.3).

        Raises DatabaseAway.
        """
        tls, is_open = _tls_of(destination, settings)
        dane = settings.dane and is_open
        endpoint = domain_table.find(settings.routes, destination)
        if endpoint is not None:
            return await self._to_endpoint(read_endpoint(endpoint), tls, None, budget, dane=dane)
        if settings.smarthost is not None:
            return await self._to_endpoint(
                read_endpoint(settings.smarthost), settings.smarthost_tls, _credentials(settings), budget
            )
        names = self._names | {hostname.lower()}
        ourselves = Ourselves(names, settings.own_addresses, settings.port, self._is_here)
        if destination.startswith("["):
            return _to_literal(destination, ourselves, tls)
        guard = Guard(self._resolver, destination, settings.port, tls, dane=dane)
        found = await self._to_domain(destination, settings, ourselves, budget, guard, is_open=is_open)
        if isinstance(found, Answer):
            return Route(failure=found, faults=tuple(guard.faults))
        return Route(tuple(found), faults=tuple(guard.faults))

    async def _to_domain(
        self,
        domain: str,
        settings: DeliverySettings,
        ourselves: Ourselves,
        budget: Budget,
        guard: Guard,
        *,
        is_open: bool,
    ) -> list[Server] | Answer:
        sts = await self._sts_of(domain, budget) if settings.mta_sts and is_open else Found()
        guard.sts = sts.policy
        guard.faults += [] if sts.fault is None else [sts.fault]
        return await mail_servers(
            self._resolver, domain, settings, ourselves=ourselves, guard=guard, shuffle=self._shuffle, budget=budget
        )

    async def _sts_of(self, domain: str, budget: Budget) -> Found:
        if self._sts is None:
            return Found()
        # The answer is in the cache by the time it is wanted: asking both at once costs no time.
        found, _ = await asyncio.gather(
            self._sts.find(domain, budget), self._resolver.query(domain, "MX", budget=budget)
        )
        return found

    async def _to_endpoint(
        self, endpoint: Endpoint, tls: TlsUse, credentials: Credentials | None, budget: Budget, *, dane: bool = False
    ) -> Route:
        if _is_ip(endpoint.host):
            host = HostAddresses(endpoint.host, (endpoint.host,))
        else:
            host = await addresses_of(self._resolver, endpoint.host, budget)
            if not host.addresses:
                # What an operator wrote is not the sender's fault: his mail waits until it is mended.
                why = f"{host.name} has no address" if host.is_known else f"{host.name} cannot be looked up now"
                return Route(failure=Answer("connect", why=why, status="4.4.3"))
        if dane:
            guard = Guard(self._resolver, "", endpoint.port, tls, dane=True)
            return Route(tuple(await guard.servers(host, budget)), guard.hindrance)
        return Route(tuple(Server(host.name, address, endpoint.port, tls, credentials) for address in host.addresses))


def _tls_of(destination: str, settings: DeliverySettings) -> tuple[TlsUse, bool]:
    """Give the least TLS towards a destination, and whether what it publishes may demand more.

    What the settings say of a domain by name is the operator's last word, unless it is that TLS is required at least.
    """
    named = domain_table.find(settings.tls_domains, destination)
    tls = named or settings.tls
    return tls, named in {None, "required"} and tls in {"opportunistic", "required"}


def _credentials(settings: DeliverySettings) -> Credentials | None:
    if settings.smarthost_user is None or settings.smarthost_password is None:
        return None
    return Credentials(settings.smarthost_user, settings.smarthost_password.get_secret_value())


def _to_literal(destination: str, ourselves: Ourselves, tls: TlsUse) -> Route:
    text = destination.strip("[]")
    if text[:5].lower() == "ipv6:":
        text = text[5:]
    if not _is_ip(text):
        return Route(failure=Answer("connect", why=f"{destination} is no address of a kind known here", status="5.1.2"))
    if ourselves.has_address(text):
        return Route(failure=LOOPS)
    return Route((Server(text, text, ourselves.port, tls),))


def _is_ip(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
