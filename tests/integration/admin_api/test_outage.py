"""A database that goes and comes back: requests are told so in time, and served again by themselves."""

import asyncio
import time

import asyncpg
import httpx
import pytest
from tests.parts import PostgreSQL

from admin_api.app import build_public_app
from mailcore.db.migrate import migrate
from mailcore.list_links import Link
from mailcore.passwords import Passwords
from mailcore.platform import Platform

pytestmark = pytest.mark.real

TOLERATED_SECONDS = 15


@pytest.fixture
async def database_url(postgres: PostgreSQL) -> str:
    """URL of a database on a server of our own, which may be stopped."""
    connection = await asyncpg.connect(postgres.url)
    try:
        await connection.execute("CREATE DATABASE outage")
    finally:
        await connection.close()
    url = f"{postgres.url.rpartition('/')[0]}/outage"
    await migrate(url)
    return url


async def test_an_outage(api: httpx.AsyncClient, platform: Platform, postgres: PostgreSQL) -> None:
    assert (await api.get("/domains")).status_code == 200
    await postgres.asynchronously(postgres.kill)
    for method, path in (("GET", "/domains"), ("POST", "/domains"), ("GET", "http://api.test/readyz")):
        began = time.monotonic()
        answer = await api.request(method, path, json={"name": "example.com"} if method == "POST" else None)
        assert answer.status_code == 503, answer.text
        assert time.monotonic() - began < TOLERATED_SECONDS
    passwords = Passwords()
    transport = httpx.ASGITransport(build_public_app(platform, passwords))
    async with httpx.AsyncClient(transport=transport, base_url="http://public.test") as public:
        link = await public.get(f"/l/{platform.list_links.token(Link(1, 1))}")
    passwords.close()
    assert (link.status_code, link.headers["retry-after"]) == (503, "60")
    assert (await api.get("http://api.test/healthz")).status_code == 200
    await postgres.asynchronously(postgres.start)
    began = time.monotonic()
    while (await api.post("/domains", json={"name": "example.com"})).status_code not in {201, 409}:
        assert time.monotonic() - began < TOLERATED_SECONDS
        await asyncio.sleep(0.2)
    assert (await api.get("/domains/example.com")).status_code == 200
