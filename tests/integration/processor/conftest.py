"""A real processor on real parts: embedded ones, and RabbitMQ with PostgreSQL."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
from pydantic import SecretStr
from sqlalchemy import select
from tests.builders import an_incoming
from tests.fakes.silent_dns import silent_dns

from mailcore.bus.interface import Bus
from mailcore.bus.topology import INCOMING
from mailcore.db import content_refs, dead_letters
from mailcore.db.dead_letters import DeadLetter
from mailcore.db.entity_store import EntityStore
from mailcore.db.job_list import JobFilter, JobList, QueuedJob
from mailcore.db.kinds import AccountKind, DomainKind
from mailcore.db.tables import content_ref
from mailcore.directory.account import AccountFields
from mailcore.directory.domain import DomainFields
from mailcore.environment import Environment
from mailcore.ids import new_message_id
from mailcore.log import configure_logging
from mailcore.mail.content import StoredContent
from mailcore.mail.headers import header_size
from mailcore.mail.incoming import Incoming, encode
from mailcore.passwords import Passwords
from mailcore.platform import Platform, database_url, open_platform
from mailcore.trace import Trace
from processor.app import ProcessorService


class HeardTraces:
    """A tracer that keeps what it hears."""

    def __init__(self) -> None:
        self.traces: list[Trace] = []

    def record(self, trace: Trace) -> None:
        """Keep a trace."""
        self.traces.append(trace)


@dataclass
class Mailroom:
    """Parts with a mail directory, and what tests do with them. `example.com` is managed."""

    platform: Platform
    heard: HeardTraces
    _count: int = field(default=0)

    @property
    def bus(self) -> Bus:
        """The bus."""
        return self.platform.bus

    @property
    def mail_dir(self) -> Path:
        """Where the mailboxes lie."""
        return self.platform.environment.mail_dir

    def maildir(self, address: str) -> Path:
        """Where the mailbox of `address` lies."""
        local, _, domain = address.partition("@")
        return self.mail_dir / domain / local

    def files(self, address: str) -> list[Path]:
        """Every message in any folder of the mailbox of `address`."""
        found = self.maildir(address).rglob("*.hikyaku*")
        return sorted(path for path in found if path.parent.name in {"new", "cur"})

    async def make_account(self, address: str) -> None:
        """Make an account without a password; it holds within a second."""
        passwords = Passwords()
        await EntityStore(self.platform.database, AccountKind(passwords)).create(AccountFields(address=address), "test")
        passwords.close()
        async with asyncio.timeout(2):
            while await self.platform.directory.account(address) is None:
                await asyncio.sleep(0.02)

    async def remove_account(self, address: str) -> None:
        """Remove an account; it holds within a second."""
        passwords = Passwords()
        await EntityStore(self.platform.database, AccountKind(passwords)).delete(address, "test")
        passwords.close()
        async with asyncio.timeout(2):
            while await self.platform.directory.account(address) is not None:
                await asyncio.sleep(0.02)

    def message(self, *recipients: str, **changes: Any) -> Incoming:
        """Give a message with an id of its own."""
        self._count += 1
        number = new_message_id(1_767_225_600 + self._count, lambda bits: self._count & ((1 << bits) - 1))
        return an_incoming(*recipients, **{"id": number, **changes})

    async def with_stored_content(self, mail: Incoming, octets: bytes) -> Incoming:
        """Give `mail` with its content in the store, referred to as ingress does it."""
        writer = await self.platform.content.create()
        for at in range(0, len(octets), 65536):
            await writer.write(octets[at : at + 65536])
        content: StoredContent = await writer.commit()
        async with self.platform.database.transaction() as conn:
            await content_refs.add(conn, content.key, content_refs.incoming_holder(mail.id), mail.accepted_at)
        return msgspec.structs.replace(mail, content=content, header_size=header_size(octets[:65536]))

    async def publish(self, *mails: Incoming) -> None:
        """Put messages into the incoming queue."""
        await asyncio.gather(*(self.bus.publish(INCOMING, encode(mail), id=str(mail.id)) for mail in mails))

    async def holders(self, content: str) -> set[str]:
        """Who holds `content`, marks included."""
        query = select(content_ref.c.holder).where(content_ref.c.content == content)
        async with self.platform.database.read() as conn:
            return set((await conn.execute(query)).scalars())

    async def letters(self) -> list[DeadLetter]:
        """Give the dead letters."""
        async with self.platform.database.read() as conn:
            return list(await dead_letters.page(conn, limit=100))

    async def jobs(self) -> list[QueuedJob]:
        """Give the delivery jobs."""
        return list((await JobList(self.platform.database).list(JobFilter(), None, 1000)).items)

    @asynccontextmanager
    async def processor(self, change: Callable[[Platform], Platform] | None = None) -> AsyncIterator[ProcessorService]:
        """Have a processor running."""
        platform = change(self.platform) if change else self.platform
        service = ProcessorService(platform, pause=lambda _: 0.0)
        await service.start()
        try:
            yield service
        finally:
            await service.stop(5.0)


@asynccontextmanager
async def opened(environment: Environment) -> AsyncIterator[Mailroom]:
    """Open a mailroom with the accounts ada and bea on a database that has its tables."""
    async with open_platform(environment, service="processor") as platform:
        heard = HeardTraces()
        room = Mailroom(replace(platform, tracer=heard), heard)  # type: ignore[arg-type]
        await EntityStore(platform.database, DomainKind()).create(DomainFields(name="example.com"), "test")
        for name in ("ada", "bea"):
            await room.make_account(f"{name}@example.com")
        yield room


@pytest.fixture(autouse=True, scope="session")
def _plain_logs() -> None:
    """Log as the services do: rendering a traceback with all locals takes seconds."""
    configure_logging("info", "json", service="processor")


@pytest.fixture
def _embedded(tmp_path: Path, migrated_file: Path) -> Environment:
    environment = Environment(data_dir=tmp_path / "data", dns_servers=silent_dns())
    path = Path(database_url(environment).removeprefix("sqlite:///"))
    path.parent.mkdir(parents=True)
    shutil.copy(migrated_file, path)
    return environment


@pytest.fixture(params=["embedded", pytest.param("shared", marks=pytest.mark.real)])
async def room(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Mailroom]:
    """Give a mailroom on embedded parts, and on RabbitMQ and PostgreSQL."""
    if request.param == "shared":
        environment = Environment(
            data_dir=tmp_path / "data",
            dns_servers=silent_dns(),
            database_url=SecretStr(request.getfixturevalue("migrated_database")),
            amqp_url=SecretStr(request.getfixturevalue("rabbitmq_url")),
        )
    else:
        environment = request.getfixturevalue("_embedded")
    async with opened(environment) as mailroom:
        yield mailroom


@pytest.fixture
async def embedded_room(_embedded: Environment) -> AsyncIterator[Mailroom]:
    """Give a mailroom on embedded parts alone."""
    async with opened(_embedded) as mailroom:
        yield mailroom
