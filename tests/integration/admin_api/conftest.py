"""The REST API on a real database, asked over ASGI; each test once on SQLite and once on PostgreSQL."""

import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import httpx
import pytest
from prometheus_client import CollectorRegistry
from pydantic import SecretStr
from sqlalchemy import delete

from admin_api.app import build_app, build_public_app
from mailcore.bus.embedded import EmbeddedBus
from mailcore.content.local import LocalContentStore
from mailcore.db.changes import ChangeFeed
from mailcore.db.database import Database
from mailcore.db.directory_cache import CachedDirectory
from mailcore.db.live_settings import LiveSettings
from mailcore.db.tables import token
from mailcore.db.tokens import TokenStore
from mailcore.db.trace_writer import TraceWriter
from mailcore.dns.resolver import CachingResolver
from mailcore.dns.servers import parse_servers
from mailcore.environment import Environment
from mailcore.metrics import Metrics
from mailcore.passwords import Passwords
from mailcore.platform import Platform
from mailcore.seal import seal_of
from mailcore.secrets import Secrets

ADMIN_TOKEN = "a token for all that is tested"

NewClient = Callable[[str | None], httpx.AsyncClient]
NewVisitor = Callable[[str], httpx.AsyncClient]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.real)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of a database that is new, with every table and nothing in them."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("migrated_database"))
    shutil.copy(request.getfixturevalue("migrated_file"), tmp_path / "data.sqlite3")
    return f"sqlite:///{tmp_path / 'data.sqlite3'}"


@pytest.fixture
def open_platform() -> Callable[[str, Path], AbstractAsyncContextManager[Platform]]:
    """Give what opens another replica's platform on a database and a directory of its own."""
    return opened


@pytest.fixture
async def empty(platform: Platform) -> None:
    """Take the first token away."""
    async with platform.database.transaction() as connection:
        await connection.execute(delete(token))


@asynccontextmanager
async def opened(url: str, data_dir: Path) -> AsyncIterator[Platform]:
    """Put a platform together as a replica does, on a bus of its own."""
    metrics = Metrics(CollectorRegistry())
    secrets = Secrets([bytes(32)])
    database = await Database.open(url)
    bus = await EmbeddedBus.open(data_dir / "bus.sqlite3")
    feed = ChangeFeed(database)
    settings, directory = LiveSettings(database, feed, seal_of(secrets)), CachedDirectory(database, feed)
    tracer = TraceWriter(database, metrics)
    await settings.start()
    await feed.start()
    await tracer.start()
    environment = Environment(
        data_dir=data_dir,
        admin_port=0,
        public_port=0,
        admin_token=SecretStr(ADMIN_TOKEN),
        hostname_fqdn="mx.test",
        dns_servers="127.0.0.1:9",  # where nothing listens
    )
    content = LocalContentStore(environment.content_dir)
    resolver = CachingResolver(parse_servers("127.0.0.1:9"))
    try:
        yield Platform(
            environment,
            database,
            bus,
            content,
            feed,
            settings,
            directory,
            tracer,
            metrics,
            resolver,
            secrets,
        )
    finally:
        await tracer.stop()
        await feed.stop()
        await bus.close()
        await database.close()


@pytest.fixture
async def platform(database_url: str, tmp_path: Path) -> AsyncIterator[Platform]:
    """Give one replica's platform, with a first token."""
    async with opened(database_url, tmp_path) as platform:
        await TokenStore(platform.database).ensure_first_token(ADMIN_TOKEN)
        yield platform


@pytest.fixture
def admin_token() -> str:
    """Give the token that ADMIN_TOKEN is."""
    return ADMIN_TOKEN


@pytest.fixture
async def passwords() -> AsyncIterator[Passwords]:
    """Give the hasher of the replica."""
    passwords = Passwords()
    yield passwords
    passwords.close()


@pytest.fixture
async def new_client(platform: Platform, passwords: Passwords) -> AsyncIterator[NewClient]:
    """Give a maker of clients that bear a token, or none."""
    app = build_app(platform, passwords)
    clients: list[httpx.AsyncClient] = []

    def make(bearer: str | None) -> httpx.AsyncClient:
        headers = {} if bearer is None else {"Authorization": f"Bearer {bearer}"}
        clients.append(
            httpx.AsyncClient(
                transport=httpx.ASGITransport(app), base_url="http://api.test/api/v1", headers=headers, timeout=30
            )
        )
        return clients[-1]

    yield make
    for client in clients:
        await client.aclose()


@pytest.fixture
async def api(new_client: NewClient) -> httpx.AsyncClient:
    """Give a client that may do everything."""
    return new_client(ADMIN_TOKEN)


@pytest.fixture
async def new_visitor(platform: Platform, passwords: Passwords) -> AsyncIterator[NewVisitor]:
    """Give a maker of clients of the public port, each at an address of its own."""
    app = build_public_app(platform, passwords)
    clients: list[httpx.AsyncClient] = []

    def make(address: str) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(app, client=(address, 1))
        clients.append(httpx.AsyncClient(transport=transport, base_url="https://lists.example.com"))
        return clients[-1]

    yield make
    for client in clients:
        await client.aclose()


@pytest.fixture
async def public(new_visitor: NewVisitor) -> httpx.AsyncClient:
    """Give a client of the public port."""
    return new_visitor("192.0.2.7")


@pytest.fixture
async def example_com(api: httpx.AsyncClient) -> str:
    """Give a managed domain."""
    answer = await api.post("/domains", json={"name": "example.com"})
    assert answer.status_code == 201, answer.text
    return "example.com"
