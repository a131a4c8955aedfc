"""A DNS server on loopback that knows nothing, for processes that would ask the world about strangers' mail."""

import asyncio
from functools import cache
from queue import Queue
from threading import Thread

from tests.fakes.dns_server import DnsServer


@cache
def empty_dns() -> str:
    """Give its address as it stands in DNS_SERVERS. It starts once and answers until this process ends."""
    addresses: Queue[str] = Queue()

    async def serve() -> None:
        async with DnsServer() as server:
            addresses.put(server.address)
            await asyncio.Event().wait()

    Thread(target=lambda: asyncio.run(serve()), name="empty-dns", daemon=True).start()
    return addresses.get(timeout=10)
