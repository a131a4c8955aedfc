"""The gateways of this network: where every client seems to come from when a container engine's proxy hands it over.

A relay rule that covers one opens the relay to the world. Ingress shares the networks of the REST API wherever such a
proxy stands before it, so the default routes here are those there.
"""

import sys
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

from mailcore.environment import Environment

_ROUTES = Path("/proc/net")
_IS_GATEWAY = 0x2
"""RTF_GATEWAY of the kernel's route flags."""


def gateways_of(environment: Environment, routes: Path = _ROUTES) -> tuple[str, ...]:
    """Give the addresses of PROXY_GATEWAYS, else those of the default routes that the kernel lists below `routes`."""
    if environment.proxy_gateways:
        return tuple(map(str, environment.proxy_gateways))
    return (*ipv4_gateways(_read(routes / "route")), *ipv6_gateways(_read(routes / "ipv6_route")))


def ipv4_gateways(table: str) -> tuple[str, ...]:
    """Read `/proc/net/route`: addresses there are hexadecimal numbers in the machine's order of octets."""
    rows = [line.split() for line in table.splitlines()[1:]]
    return tuple(
        str(IPv4Address(int(gateway, 16).to_bytes(4, sys.byteorder)))
        for _, destination, gateway, flags, _, _, _, mask, *_ in rows
        if int(destination, 16) == int(mask, 16) == 0 and int(flags, 16) & _IS_GATEWAY
    )


def ipv6_gateways(table: str) -> tuple[str, ...]:
    """Read `/proc/net/ipv6_route`: destination, source, next hop, metric, counters, flags, device."""
    rows = [line.split() for line in table.splitlines()]
    return tuple(
        str(IPv6Address(bytes.fromhex(gateway)))
        for _, length, _, _, gateway, _, _, _, flags, *_ in rows
        if int(length, 16) == 0 and int(flags, 16) & _IS_GATEWAY
    )


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except FileNotFoundError:
        # No such family here, or no Linux.
        return ""
