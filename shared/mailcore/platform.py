"""What every service stands on: database, bus, content store, live settings, directory, DNS, traces and metrics.

Opened in this order by each composition root and closed in reverse. Embedded parts when DATABASE_URL and AMQP_URL are
unset, PostgreSQL and RabbitMQ otherwise.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import structlog
from prometheus_client import CollectorRegistry

from mailcore.bus.embedded import EmbeddedBus
from mailcore.bus.interface import Bus
from mailcore.bus.rabbitmq import RabbitBus
from mailcore.content.interface import ContentStore
from mailcore.content.local import LocalContentStore
from mailcore.db.changes import ChangeFeed
from mailcore.db.database import Database
from mailcore.db.directory_cache import CachedDirectory
from mailcore.db.live_settings import LiveSettings
from mailcore.db.trace_writer import TraceWriter
from mailcore.dns.interface import Resolver
from mailcore.dns.resolver import CachingResolver
from mailcore.dns.servers import servers_of
from mailcore.environment import Environment
from mailcore.errors import ConfigurationError, DatabaseAway
from mailcore.form_tickets import FormTickets, form_tickets
from mailcore.health import Check
from mailcore.lifecycle import StoppedEarly
from mailcore.list_links import ListLinks, list_links
from mailcore.list_tokens import ListTokens, list_tokens
from mailcore.metrics import Metrics
from mailcore.reentry import ReentryKeys, reentry_keys
from mailcore.seal import Seal, seal_of
from mailcore.secrets import Secrets, make_key_file
from mailcore.srs import SrsKeys, srs_keys
from mailcore.verp import VerpKeys, verp_keys

_WAIT_FIRST = 0.5
_WAIT_MOST = 5.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Platform:
    """The parts that a service is built on."""

    environment: Environment
    database: Database
    bus: Bus
    content: ContentStore
    changes: ChangeFeed
    settings: LiveSettings
    directory: CachedDirectory
    tracer: TraceWriter
    metrics: Metrics
    resolver: Resolver
    secrets: Secrets

    @property
    def seal(self) -> Seal:
        """What closes and opens secrets that lie in the database."""
        return seal_of(self.secrets)

    @property
    def reentry(self) -> ReentryKeys:
        """What makes this system known at its own SMTP port."""
        return reentry_keys(self.secrets)

    @property
    def srs(self) -> SrsKeys:
        """What rewrites senders and knows them again."""
        return srs_keys(self.secrets)

    @property
    def verp(self) -> VerpKeys:
        """What gives copies of lists senders of their own."""
        return verp_keys(self.secrets)

    @property
    def list_links(self) -> ListLinks:
        """What signs the links that members follow."""
        return list_links(self.secrets)

    @property
    def form_tickets(self) -> FormTickets:
        """What signs the forms that anybody may see."""
        return form_tickets(self.secrets)

    @property
    def list_tokens(self) -> ListTokens:
        """What makes the tokens that lists send out to be used once."""
        return list_tokens(self.secrets)

    @property
    def checks(self) -> Mapping[str, Check]:
        """What /readyz asks: database and broker."""
        return {"database": self.database.check, "bus": self.bus.check}


@asynccontextmanager
async def open_platform(
    environment: Environment, *, service: str, stop: asyncio.Event | None = None
) -> AsyncIterator[Platform]:
    """Open all parts, waiting for a database that is not there yet, and close them in reverse at the end.

    A broker that is away is waited for by the bus itself: sessions answer 451 meanwhile. Raises ConfigurationError
    when DATA_DIR cannot be made, KEY_FILE cannot be read or DNS_SERVERS names none, and StoppedEarly when `stop` is
    set while it waits.
    """
    resolver = CachingResolver(servers_of(environment.dns_servers))
    make_data_dir(environment.data_dir)
    secrets = open_secrets(environment)
    metrics = Metrics(CollectorRegistry())
    async with AsyncExitStack() as stack:
        database = await Database.open(database_url(environment))
        stack.push_async_callback(database.close)
        bus = await open_bus(environment)
        stack.push_async_callback(bus.close)
        content = LocalContentStore(environment.content_dir)
        changes = ChangeFeed(database)
        settings = LiveSettings(database, changes, seal_of(secrets))
        directory = CachedDirectory(database, changes, srs_keys(secrets), verp=verp_keys(secrets))
        # The feed's first word is that everything may have changed, which has the settings read.
        await wait_for_database(changes.start, service=service, stop=stop or asyncio.Event())
        stack.push_async_callback(changes.stop)
        tracer = TraceWriter(database, metrics)
        await tracer.start()
        stack.push_async_callback(tracer.stop)
        yield Platform(
            environment, database, bus, content, changes, settings, directory, tracer, metrics, resolver, secrets
        )


def database_url(environment: Environment) -> str:
    """Give the URL of the database: DATABASE_URL, else a SQLite file below DATA_DIR."""
    if environment.database_url is not None:
        return environment.database_url.get_secret_value()
    return f"sqlite:///{environment.data_dir.absolute() / 'hikyaku.sqlite3'}"


def open_secrets(environment: Environment) -> Secrets:
    """Read KEY_FILE, else the key below DATA_DIR, which is made when it is missing. Raises ConfigurationError."""
    if environment.key_file is not None:
        return Secrets.read(environment.key_file)
    path = environment.data_dir / "key"
    make_key_file(path)
    return Secrets.read(path)


def make_data_dir(directory: Path) -> None:
    """Make DATA_DIR, for this user alone. Raises ConfigurationError when it cannot be."""
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(f"DATA_DIR: cannot make {directory}: {error.strerror}") from None


async def open_bus(environment: Environment) -> Bus:
    """Open the bus of AMQP_URL, whether it answers now or not, else the embedded one below DATA_DIR."""
    if environment.amqp_url is not None:
        return await RabbitBus.open(environment.amqp_url.get_secret_value())
    return await EmbeddedBus.open(environment.data_dir.absolute() / "bus.sqlite3")


async def wait_for_database(ask: Callable[[], Awaitable[None]], *, service: str, stop: asyncio.Event) -> None:
    """Call `ask` until it no longer raises DatabaseAway. Raises StoppedEarly when `stop` is set before."""
    delay = _WAIT_FIRST
    while True:
        try:
            return await ask()
        except DatabaseAway as error:
            log.warning("waiting for the database", service=service, reason=str(error), again_in_seconds=delay)
        try:
            async with asyncio.timeout(delay):
                await stop.wait()
            raise StoppedEarly
        except TimeoutError:
            delay = min(delay * 2, _WAIT_MOST)
