"""From a destination to the servers to try, in order. Nothing is raised for what DNS says."""

from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address

from mailcore.dns.interface import Budget, Resolver
from mailcore.settings import DeliverySettings
from mailcore.settings.endpoint import Endpoint, read_endpoint
from processor.outbound.client.answer import Answer
from processor.outbound.client.opening import Server, TlsUse
from processor.outbound.client.sasl import Credentials
from processor.outbound.routing import domain_table
from processor.outbound.routing.addresses import addresses_of
from processor.outbound.routing.mail_servers import mail_servers

Shuffle = Callable[[list[str]], None]
"""Puts a list into a random order."""


@dataclass(frozen=True, slots=True)
class Route:
    """The servers of a destination, or why there are none."""

    servers: tuple[Server, ...] = ()
    failure: Answer | None = None


class Router:
    """Finds routes as one host."""

    def __init__(self, resolver: Resolver, shuffle: Shuffle) -> None:
        self._resolver = resolver
        self._shuffle = shuffle

    async def route(self, destination: str, settings: DeliverySettings, hostname: str, budget: Budget) -> Route:
        """Find the route to `destination`: a domain in A-labels, or an address literal (RFC 5321 4.1.3)."""
        tls: TlsUse = domain_table.find(settings.tls_domains, destination) or settings.tls
        endpoint = domain_table.find(settings.routes, destination)
        if endpoint is not None:
            return await self._to_endpoint(read_endpoint(endpoint), tls, None, budget)
        if settings.smarthost is not None:
            credentials = _credentials(settings)
            use = settings.smarthost_tls
            return await self._to_endpoint(read_endpoint(settings.smarthost), use, credentials, budget)
        if destination.startswith("["):
            return _to_literal(destination, settings.port, tls)
        found = await mail_servers(
            self._resolver, destination, settings, hostname=hostname, shuffle=self._shuffle, budget=budget
        )
        if isinstance(found, Answer):
            return Route(failure=found)
        return Route(tuple(Server(name, address, settings.port, tls) for name, address in found))

    async def _to_endpoint(
        self, endpoint: Endpoint, tls: TlsUse, credentials: Credentials | None, budget: Budget
    ) -> Route:
        if _is_ip(endpoint.host):
            addresses = [endpoint.host]
        else:
            addresses, is_known = await addresses_of(self._resolver, endpoint.host, budget)
            if not addresses:
                # What an operator wrote is not the sender's fault: his mail waits until it is mended.
                why = f"{endpoint.host} has no address" if is_known else f"{endpoint.host} cannot be looked up now"
                return Route(failure=Answer("connect", why=why, status="4.4.3"))
        return Route(tuple(Server(endpoint.host, address, endpoint.port, tls, credentials) for address in addresses))


def _credentials(settings: DeliverySettings) -> Credentials | None:
    if settings.smarthost_user is None or settings.smarthost_password is None:
        return None
    return Credentials(settings.smarthost_user, settings.smarthost_password.get_secret_value())


def _to_literal(destination: str, port: int, tls: TlsUse) -> Route:
    text = destination.strip("[]")
    if text[:5].lower() == "ipv6:":
        text = text[5:]
    if not _is_ip(text):
        return Route(failure=Answer("connect", why=f"{destination} is no address of a kind known here", status="5.1.2"))
    return Route((Server(text, text, port, tls),))


def _is_ip(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
