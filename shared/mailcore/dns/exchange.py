"""One try: a query to one server and its response. Called by `resolver`, which bounds its time."""

import asyncio
import socket

import dns.asyncbackend
import dns.asyncquery
import dns.flags
from dns.message import Message, make_query
from dns.name import Name
from dns.rdatatype import ANY, RdataType

from mailcore.dns.datagrams import open_datagrams
from mailcore.dns.servers import DnsServer

_PAYLOAD = 1232
"""Octets of UDP that pass everywhere without being fragmented; what needs more comes by TCP."""


async def exchange(server: DnsServer, name: Name, rdtype: RdataType, *, edns: bool) -> Message:
    """Ask and give the response, whatever its code is.

    Id and source port are random; datagrams that answer another question, or come from elsewhere, are passed over.
    A truncated response is asked for again by TCP (RFC 7766 5), but not to ANY, of which only the code is wanted.
    Never ends by itself when nothing comes. Raises OSError, EOFError or DNSException when a server cannot be talked to.
    """
    query = make_query(name, rdtype, flags=dns.flags.RD | dns.flags.AD, use_edns=edns, payload=_PAYLOAD)
    address = await _address_of(server) if server.is_named else server.host
    async with await open_datagrams(address, server.port) as datagrams:
        response = await dns.asyncquery.udp(
            query,
            address,
            port=server.port,
            ignore_unexpected=True,
            ignore_errors=True,
            sock=datagrams,
        )
    if response.flags & dns.flags.TC and rdtype != ANY:
        backend = dns.asyncbackend.get_backend("asyncio")
        return await dns.asyncquery.tcp(query, address, port=server.port, backend=backend)
    return response


async def _address_of(server: DnsServer) -> str:
    """Have the system resolve a server's own name, as it is now: a container's address changes."""
    found = await asyncio.get_running_loop().getaddrinfo(server.host, server.port, type=socket.SOCK_DGRAM)
    return str(found[0][4][0])
