"""`host:port` as settings write it: a name or an IPv4 address, or an IPv6 address in brackets."""

from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import Annotated, NamedTuple

from pydantic import AfterValidator, Field

from mailcore.address import domain_to_ascii

_MOST_PORT = 65535


class Endpoint(NamedTuple):
    """A host and a port of it."""

    host: str
    """An IP address, or a name as A-labels."""
    port: int


def read_endpoint(text: str) -> Endpoint:
    """Read `host:port`. Raises ValueError, saying what is allowed."""
    host, colon, port = text.rpartition(":")
    if not colon or not (port.isascii() and port.isdigit() and 0 < int(port) <= _MOST_PORT):
        raise ValueError(f"{text!r} is not host:port, such as relay.example.net:587 or [2001:db8::1]:25")
    if host.startswith("[") and host.endswith("]"):
        try:
            return Endpoint(str(IPv6Address(host[1:-1])), int(port))
        except AddressValueError as error:
            raise ValueError(f"{host!r} is not an IPv6 address in brackets: {error}") from error
    try:
        return Endpoint(str(IPv4Address(host)), int(port))
    except AddressValueError:
        return Endpoint(domain_to_ascii(host), int(port))


def _written(text: str) -> str:
    host, port = read_endpoint(text)
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


EndpointText = Annotated[str, Field(min_length=3, max_length=300), AfterValidator(_written)]
"""`host:port`."""
