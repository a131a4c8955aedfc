"""The broker or the database is away, stopped or frozen: clients are told so within 15 seconds, whatever they say.

Everything goes on once it is back, without anything being started again.
"""

import asyncio
import base64
import ssl
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.e2e.durability.ledger import SLOW_SECONDS
from tests.e2e.forms import Form, SharedParts, separate
from tests.e2e.service import wait_until
from tests.fakes.smtp_client import SmtpClient
from tests.parts import PostgreSQL, RabbitMQ
from tests.parts.server import Server

from mailcore.db.migrate import migrate

pytestmark = [pytest.mark.e2e, pytest.mark.real]

PASSWORD = "correct horse battery staple"
SMALL = b"Subject: small\r\n\r\nbody\r\n"
LARGE = b"Subject: large\r\n\r\n" + (b"x" * 76 + b"\r\n") * 2000
"""Goes through the content store, and so through the database."""
KNOWN_TO_BE_AWAY_SECONDS = 6
"""After which each process has noticed that it cannot read what has changed."""


@dataclass
class Grounds:
    """Separate services on servers of their own."""

    form: Form
    servers: dict[str, Server]
    accepted: int = 0
    """How many messages were answered 250."""
    replies: list[str] = field(default_factory=list)
    """What was said during the outage of a test."""


@pytest.fixture(scope="module")
def shared_grounds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Grounds]:
    """Run separate services once for all tests: each begins where the outage before it ended."""
    with PostgreSQL() as postgres, RabbitMQ() as rabbitmq:
        asyncio.run(migrate(postgres.url))
        directory: Path = tmp_path_factory.mktemp("outage")
        with separate(directory, SharedParts(rabbitmq.url, postgres.url)) as form:
            form.make("/domains", name="example.com")
            form.make("/accounts", address="alice@example.com", password=PASSWORD)
            yield Grounds(form, {"broker": rabbitmq, "database": postgres})


@pytest.fixture
def grounds(shared_grounds: Grounds) -> Grounds:
    """Give them, with nothing said yet."""
    shared_grounds.replies.clear()
    return shared_grounds


@asynccontextmanager
async def away(server: Server, how: str) -> AsyncIterator[None]:
    """Have a server away inside the block."""
    if how == "frozen":
        with server.frozen():
            yield
        return
    await server.asynchronously(server.stop)
    try:
        yield
    finally:
        await server.asynchronously(server.start)


class Caller:
    """A client that notes what it is told, and that it is told soon."""

    def __init__(self, client: SmtpClient, grounds: Grounds) -> None:
        self._client = client
        self._grounds = grounds

    async def say(self, octets: bytes) -> str:
        """Send `octets` and give the reply to them."""
        began = time.monotonic()
        reply = await self._client.send(octets)
        took = time.monotonic() - began
        assert took < SLOW_SECONDS, f"{octets[:40]!r} was answered {reply!r} after {took:.1f} s"
        self._grounds.replies.append(reply)
        assert reply[:1] in {"2", "3", "4"}, f"{octets[:40]!r} was answered {reply!r}"
        return reply

    async def transact(self, message: bytes = SMALL, recipient: str = "alice@example.com") -> str:
        """Go on with a transaction until something is put off; give the last reply."""
        reply = ""
        for line in ("MAIL FROM:<bob@example.org>", f"RCPT TO:<{recipient}>", "DATA"):
            reply = await self.say(line.encode() + b"\r\n")
            if reply[0] == "4":
                await self.say(b"RSET\r\n")
                return reply
        return await self.end_of_data(message)

    async def end_of_data(self, message: bytes = SMALL) -> str:
        """Send a message after its 354; give the reply."""
        reply = await self.say(message + b".\r\n")
        self._grounds.accepted += reply[0] == "2"
        return reply


@asynccontextmanager
async def calling(grounds: Grounds, listener: str = "smtp") -> AsyncIterator[Caller]:
    """Give a caller that has said EHLO."""
    async with SmtpClient.connected(grounds.form.ports[listener]) as client:
        caller = Caller(client, grounds)
        await caller.say(b"")
        await caller.say(b"EHLO client.example.net\r\n")
        yield caller


async def log_in(grounds: Grounds) -> str:
    """Try to log in; give the reply."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    async with SmtpClient.connected(grounds.form.ports["submission"]) as client:
        caller = Caller(client, grounds)
        await caller.say(b"")
        await caller.say(b"EHLO client.example.net\r\n")
        await client.start_tls(context)
        secret = base64.b64encode(f"\0alice@example.com\0{PASSWORD}".encode())
        return await caller.say(b"AUTH PLAIN " + secret + b"\r\n")


async def go_on_from_everywhere(grounds: Grounds, stack: AsyncExitStack) -> list[Caller]:
    """Open sessions, some for each process, and leave each at another point of the dialogue."""
    callers = [await stack.enter_async_context(calling(grounds)) for _ in range(12)]
    for number, caller in enumerate(callers):
        lines = ("MAIL FROM:<bob@example.org>", "RCPT TO:<alice@example.com>", "DATA")[: number % 4]
        for line in lines:
            assert (await caller.say(line.encode() + b"\r\n"))[0] in "23"
    return callers


async def finish_from_everywhere(callers: list[Caller]) -> list[str]:
    """Go on where `go_on_from_everywhere` left each; give the last reply of each."""

    async def finish(number: int, caller: Caller) -> str:
        message = LARGE if number % 2 else SMALL
        match number % 4:
            case 0:
                return await caller.transact(message)
            case 3:
                return await caller.end_of_data(message)
        rest = ("RCPT TO:<alice@example.com>", "DATA") if number % 4 == 1 else ("DATA",)
        reply = ""
        for line in rest:
            reply = await caller.say(line.encode() + b"\r\n")
            if reply[0] == "4":
                await caller.say(b"RSET\r\n")
                return reply
        return await caller.end_of_data(message)

    return await asyncio.gather(*(finish(number, caller) for number, caller in enumerate(callers)))


@pytest.mark.parametrize("how", ["stopped", "frozen"])
@pytest.mark.parametrize("part", ["broker", "database"])
async def test_clients_are_put_off_in_time_and_all_goes_on_afterwards(grounds: Grounds, part: str, how: str) -> None:
    pids = {name: [service.pid, *service.children] for name, service in grounds.form.services.items()}
    async with AsyncExitStack() as stack:
        callers = await go_on_from_everywhere(grounds, stack)
        async with away(grounds.servers[part], how):
            await finish_from_everywhere(callers)
            await asyncio.sleep(KNOWN_TO_BE_AWAY_SECONDS)
            async with calling(grounds) as late, calling(grounds) as later:
                replies = await asyncio.gather(
                    callers[0].transact(),
                    callers[1].transact(LARGE),
                    late.transact(LARGE),
                    later.transact(recipient="unheard-of@example.com") if part == "database" else later.transact(),
                )
            assert {reply[:9] for reply in replies} == {"451 4.3.0"}
            if part == "database":
                assert (await log_in(grounds)).startswith("451 4.3.0")
        await served_again(grounds, callers[0])
    assert pids == {name: [service.pid, *service.children] for name, service in grounds.form.services.items()}


async def served_again(grounds: Grounds, old: Caller) -> None:
    """Wait until mail flows, for an old and a new session; then everything that got its 250 arrives."""
    async with asyncio.timeout(40), calling(grounds) as new:
        for caller in (old, new):
            while (await caller.transact(LARGE))[0] != "2":
                await asyncio.sleep(0.2)
    assert (await log_in(grounds)).startswith("235 ")
    form, accepted = grounds.form, grounds.accepted
    wait_until(lambda: len(form.messages("alice@example.com")) >= accepted, 90, what=f"{accepted} messages stored")
