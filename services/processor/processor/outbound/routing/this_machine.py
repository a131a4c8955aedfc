"""Which addresses are this machine's: what the kernel says now, so that one that comes or goes is known at once.

Nothing is sent. Behind a router or in a container the addresses that others know are elsewhere: `own_addresses`.
"""

from ipaddress import ip_address
from socket import AF_INET, AF_INET6, SOCK_DGRAM, AddressFamily, socket

_NOBODYS = {AF_INET: "192.0.2.1", AF_INET6: "2001:db8::1"}
"""Addresses for documentation (RFC 5737, RFC 3849)."""
_ANY_PORT = 9


def has_address(address: str) -> bool:
    """Give whether an interface of this machine has `address`."""
    found = ip_address(address)
    if found.is_unspecified or found.is_multicast:
        return False
    family = AF_INET if found.version == 4 else AF_INET6  # noqa: PLR2004 - the version's name
    if _is_reached_from_itself(family, address):
        return True
    # A second address of a network is reached from the first. It can be bound to, as nobody's can, unless any can
    # (net.ipv4.ip_nonlocal_bind, where another machine's addresses may move here).
    return _can_be_bound(family, address) and not _can_be_bound(family, _NOBODYS[family])


def _is_reached_from_itself(family: AddressFamily, address: str) -> bool:
    try:
        with socket(family, SOCK_DGRAM) as probe:
            probe.connect((address, _ANY_PORT))
            return ip_address(probe.getsockname()[0]) == ip_address(address)
    except OSError:
        # No way there, or no such family here.
        return False


def _can_be_bound(family: AddressFamily, address: str) -> bool:
    try:
        with socket(family, SOCK_DGRAM) as probe:
            probe.bind((address, 0))
    except OSError:
        return False
    return True
