"""Whether a mail server that DNS names is this one: mail for it would come back to us for ever (RFC 5321 5.1, 6.3)."""

from collections.abc import Iterable
from ipaddress import IPv6Address, ip_address, ip_network

from mailcore.dns.interface import Mx

_SMTP_PORT = 25


def is_own_address(address: str, own: Iterable[str], port: int) -> bool:
    """Whether `address` leads here: it is among `own` (networks), or on this machine's own SMTP port."""
    found = ip_address(address)
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    if found.is_unspecified or (found.is_loopback and port == _SMTP_PORT):
        return True
    return any(found in ip_network(network) for network in own)


def before_ourselves(records: Iterable[Mx], hostname: str) -> tuple[list[Mx], bool]:
    """Give the records that are preferred to our own, and whether we are among them.

    Where we are, mail goes to those that are preferred to us and to nobody else (RFC 5321 5.1).
    """
    known = list(records)
    ours = [mx.preference for mx in known if mx.host.rstrip(".").lower() == hostname.lower()]
    if not ours:
        return known, False
    return [mx for mx in known if mx.preference < min(ours)], True
