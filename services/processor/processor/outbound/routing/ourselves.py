"""Whether a mail server that DNS names is this one: mail for it would come back to us for ever (RFC 5321 5.1, 6.3)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network

from mailcore.dns.interface import Mx

_SMTP_PORT = 25

IsHere = Callable[[str], bool]
"""Whether an interface of this machine has the address."""


@dataclass(frozen=True, slots=True)
class Ourselves:
    """What we are known by."""

    names: frozenset[str]
    """Host names, in lower case."""
    networks: tuple[str, ...]
    """Addresses under which others reach us, wherever they are."""
    port: int
    """Which port mail goes to. Another one than SMTP's is not ours because the machine is."""
    is_here: IsHere

    def has_name(self, host: str) -> bool:
        """Give whether `host` is one of our names."""
        return host.rstrip(".").lower() in self.names

    def has_address(self, address: str) -> bool:
        """Give whether `address` leads here."""
        found = ip_address(address)
        if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
            found = found.ipv4_mapped
        if found.is_unspecified or any(found in ip_network(network) for network in self.networks):
            return True
        return self.port == _SMTP_PORT and (found.is_loopback or self.is_here(str(found)))


def before_ourselves(records: Iterable[Mx], ourselves: Ourselves) -> tuple[list[Mx], bool]:
    """Give the records that are preferred to those with our name, and whether we are among them.

    Where we are, mail goes to those that are preferred to us and to nobody else (RFC 5321 5.1).
    """
    known = list(records)
    ours = [mx.preference for mx in known if ourselves.has_name(mx.host)]
    if not ours:
        return known, False
    return [mx for mx in known if mx.preference < min(ours)], True
