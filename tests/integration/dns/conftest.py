"""A DNS server on loopback and a resolver that asks it."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from tests.fakes.dns_server import DnsServer

from mailcore.dns.interface import Budget
from mailcore.dns.resolver import CachingResolver
from mailcore.dns.servers import parse_servers


@pytest.fixture
async def server() -> AsyncIterator[DnsServer]:
    async with DnsServer() as server:
        yield server


@pytest.fixture
def resolver(server: DnsServer) -> CachingResolver:
    return CachingResolver(parse_servers(server.address))


@pytest.fixture
async def budget() -> Budget:
    return Budget.of_command(0.2, 2, asyncio.get_running_loop().time())
