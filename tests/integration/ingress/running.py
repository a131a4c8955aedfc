"""A real ingress on embedded parts, its bus alone in memory, and what a test does with it."""

import asyncio
import atexit
import shutil
import ssl
import tempfile
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from tests.fakes.bus import MemoryBus
from tests.fakes.empty_dns import empty_dns
from tests.fakes.smtp_client import SmtpClient

from ingress.app import IngressService
from mailcore.db.database import Database
from mailcore.db.entity_store import EntityStore
from mailcore.db.kinds import AccountKind, DomainKind
from mailcore.db.migrate import migrate
from mailcore.db.settings_store import SettingsStore
from mailcore.db.trace_reader import TraceFilter, TraceReader
from mailcore.db.trace_story import MessageStory
from mailcore.directory.account import AccountFields
from mailcore.directory.domain import DomainFields
from mailcore.environment import Environment
from mailcore.mail.incoming import Incoming, decode
from mailcore.passwords import Passwords
from mailcore.platform import Platform, open_platform

PASSWORD = "correct horse battery staple"


@dataclass
class Ingress:
    """A running ingress and what a test does with it. `example.com` is managed, `ada@example.com` has a mailbox."""

    platform: Platform
    bus: MemoryBus
    ports: dict[str, int]
    service: IngressService

    @asynccontextmanager
    async def client(self) -> AsyncIterator[SmtpClient]:
        """Give a client that has said EHLO on the SMTP port."""
        async with SmtpClient.connected(self.ports["smtp"]) as client:
            yield await client.greeted()

    @property
    def accepted(self) -> list[Incoming]:
        """What was handed over."""
        return [decode(message.body) for message in self.bus.published]

    async def change_settings(self, **smtp: Any) -> None:
        """Change SMTP settings and wait until they hold."""
        snapshot = await SettingsStore(self.platform.database, self.platform.seal).patch("smtp", smtp, "test")
        async with asyncio.timeout(1):
            while self.platform.settings.current.revision < snapshot.revision:
                await asyncio.sleep(0.01)

    async def make_account(self, address: str, **fields: Any) -> None:
        """Make an account; it holds within a second."""
        passwords = Passwords()
        store = EntityStore(self.platform.database, AccountKind(passwords))
        await store.create(AccountFields(address=address, **fields), "test")
        passwords.close()

    async def change_account(self, address: str, **changes: Any) -> None:
        """Change an account; it holds within a second."""
        passwords = Passwords()
        await EntityStore(self.platform.database, AccountKind(passwords)).patch(address, changes, "test")
        passwords.close()

    async def story(self, sender: str) -> MessageStory:
        """Give the newest trace of a message from `sender`, which is written soon after."""
        reader = TraceReader(self.platform.database)
        async with asyncio.timeout(5):
            while not (found := (await reader.search(TraceFilter(sender=sender), None, 1)).items):
                await asyncio.sleep(0.05)
        return await reader.story(found[0].id)


def trusting(ingress: Ingress) -> ssl.SSLContext:
    """Give a context that knows the self-signed certificate, and no other."""
    context = ssl.create_default_context(cafile=ingress.platform.environment.data_dir / "tls/self-signed.pem")
    context.check_hostname = False
    return context


@asynccontextmanager
async def running(directory: Path, **environment: Any) -> AsyncIterator[Ingress]:
    """Run an ingress whose data lies in `directory` on free ports."""
    given = Environment(
        data_dir=directory,
        smtp_port=0,
        submission_port=0,
        submissions_port=0,
        hostname_fqdn="mx.example.com",
        **{"dns_servers": empty_dns(), **environment},
    )
    shutil.copy(_template(), directory / "hikyaku.sqlite3")
    async with open_platform(given, service="ingress") as embedded:
        bus = MemoryBus()
        platform = replace(embedded, bus=bus)
        service = IngressService(platform)
        ports = await service.start()
        try:
            yield Ingress(platform, bus, ports, service)
        finally:
            await service.stop(1.0)


@cache
def _template() -> Path:
    """Make, once per process, a database that knows `example.com` and `ada@example.com`."""
    directory = tempfile.TemporaryDirectory()
    atexit.register(directory.cleanup)
    path = Path(directory.name) / "hikyaku.sqlite3"
    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(_fill(f"sqlite:///{path}"))).result()
    return path


async def _fill(url: str) -> None:
    await migrate(url)
    database = await Database.open(url)
    passwords = Passwords()
    await EntityStore(database, DomainKind()).create(DomainFields(name="example.com"), "test")
    ada = AccountFields(address="ada@example.com", password=SecretStr(PASSWORD))
    await EntityStore(database, AccountKind(passwords)).create(ada, "test")
    passwords.close()
    await database.close()
