"""What a port offers to every client that connects to it."""

import ssl
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network


@dataclass(frozen=True, slots=True)
class Listener:
    """One listening port, as its sessions see it."""

    name: str
    """`smtp`, `submission` or `submissions`."""
    tls: Callable[[], ssl.SSLContext] | None = None
    """Gives the context for the next handshake, so that certificates can change; None: no TLS here."""
    implicit_tls: bool = False
    """Whether TLS comes before the greeting (RFC 8314 3.3). The port itself is bound without TLS."""
    proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    """Load balancers whose connections begin with a PROXY protocol header."""
