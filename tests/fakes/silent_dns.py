"""A DNS server on loopback that never answers: what depends on DNS waits, and nobody asks the world."""

import socket
from functools import cache


@cache
def silent_dns() -> str:
    """Give its address as it stands in DNS_SERVERS. It is there until this process ends."""
    host, port = _taken().getsockname()
    return f"{host}:{port}"


@cache
def _taken() -> socket.socket:
    # Taken and never read: an unused port would be refused at once.
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 0))
    return server
