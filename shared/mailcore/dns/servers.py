"""Which servers are asked: those of DNS_SERVERS, else the system's."""

import re
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv6Address, ip_address

import dns.resolver

from mailcore.address import domain_to_ascii
from mailcore.errors import ConfigurationError

_ENTRY = re.compile(r"(?:\[(?P<literal>[^\]]*)\]|(?P<host>[^:\[\]]+))(?::(?P<port>\d{1,5}))?")
_PORT = 53
_MOST_PORT = 65535


@dataclass(frozen=True, slots=True)
class DnsServer:
    """A server that answers for all names."""

    host: str
    """An IP address; or a name, for those who can resolve it without us."""
    port: int = _PORT

    @property
    def is_named(self) -> bool:
        """Whether the host is a name."""
        try:
            ip_address(self.host)
        except ValueError:
            return True
        return False

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def servers_of(dns_servers: str | None) -> tuple[DnsServer, ...]:
    """Give the servers of DNS_SERVERS in their order, or the system's when it is None. Raises ConfigurationError."""
    return system_servers() if dns_servers is None else parse_servers(dns_servers)


def parse_servers(text: str) -> tuple[DnsServer, ...]:
    """Read `host:port, [v6 address]:port, host`. Raises ConfigurationError naming what is wrong."""
    return tuple(_server(entry.strip()) for entry in text.split(","))


def system_servers() -> tuple[DnsServer, ...]:
    """Give the servers of the system's resolver configuration; one on this machine when it names none (resolv.conf)."""
    try:
        configured = dns.resolver.Resolver()
    except dns.resolver.NoResolverConfiguration:
        return (DnsServer("127.0.0.1"),)
    return tuple(DnsServer(str(server), configured.port) for server in configured.nameservers)


def _server(entry: str) -> DnsServer:
    match = _ENTRY.fullmatch(entry)
    if match is None:
        raise ConfigurationError(f"DNS_SERVERS: {entry!r} is not host:port (an IPv6 address in brackets: [::1]:53)")
    port = int(match["port"] or _PORT)
    if not 0 < port <= _MOST_PORT:
        raise ConfigurationError(f"DNS_SERVERS: {entry!r}: the port is not between 1 and {_MOST_PORT}")
    if match["host"] is None:
        return DnsServer(_ipv6(entry, match["literal"]), port)
    try:
        return DnsServer(domain_to_ascii(match["host"]), port)
    except ValueError as error:
        raise ConfigurationError(f"DNS_SERVERS: {error}") from None


def _ipv6(entry: str, text: str) -> str:
    try:
        return str(IPv6Address(text))
    except AddressValueError:
        raise ConfigurationError(f"DNS_SERVERS: {entry!r}: in brackets stands no IPv6 address") from None
