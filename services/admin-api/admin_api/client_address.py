"""Who asks on the public port: the client's address, also behind web proxies that are known. Pure."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from starlette.requests import Request

from mailcore.db.login_failures import LoginOrigin, origin_of

Networks = Sequence[IPv4Network | IPv6Network]
_NOBODY = "0.0.0.0"  # noqa: S104 - nothing is bound
_MOST_HOPS = 20


def client_of(request: Request, proxies: Networks) -> LoginOrigin:
    """Give where a client is: what it has for itself, an IPv4 address or a /64 of IPv6, and the network around it.

    What a proxy of ours says is believed, and nothing that a client has put before it (RFC 7239 5.2, of the older
    `X-Forwarded-For`): read is from the end, up to the first that is none of them.
    """
    nearest = request.client.host if request.client is not None else ""
    said = ",".join(request.headers.getlist("x-forwarded-for")).split(",")[-_MOST_HOPS:]
    client = _NOBODY
    for one in (nearest, *reversed(said)):
        address = _address(one)
        if address is None:
            break
        client = str(address)
        if not any(address in network for network in proxies):
            break
    return origin_of(client, None, "")


def _address(text: str) -> IPv4Address | IPv6Address | None:
    bare = text.strip()
    # Some proxies write the client's port, too.
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        address = ip_address(bare)
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address
