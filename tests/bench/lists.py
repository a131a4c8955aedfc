"""What a copy of a post costs, however many members a list has: `python -m tests.bench.lists [MEMBERS ...]`.

Posts of 5 KiB to lists whose members are at up to ten domains of another server, on embedded parts: from the queue
until every member has a copy. With and without an envelope sender of each member's own (VERP), and with all that a list
may have: VERP, a link to leave by, a signature by the list's domain. Fails when CPU per copy grows with the list.
"""

import asyncio
import os
import resource
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import uvloop
from pydantic import JsonValue
from sqlalchemy import func, insert, select
from tests.builders import an_incoming

from mailcore.bus.topology import INCOMING
from mailcore.db.dkim_keys import DkimKeyStore
from mailcore.db.entity_store import EntityStore
from mailcore.db.kinds import DomainKind
from mailcore.db.list_store import ListStore
from mailcore.db.migrate import migrate
from mailcore.db.settings_store import SettingsStore
from mailcore.db.tables import delivery_job, list_member, list_post
from mailcore.directory.dkim_key import DkimKeyFields
from mailcore.directory.domain import DomainFields
from mailcore.directory.list_member import ListMemberFields, member_key
from mailcore.directory.mailing_list import MailingListFields
from mailcore.environment import Environment
from mailcore.ids import new_message_id
from mailcore.log import configure_logging
from mailcore.mail.incoming import Incoming, Marks, encode
from mailcore.passwords import Passwords
from mailcore.platform import Platform, database_url, open_platform
from mailcore.trace import Trace
from processor.app import ProcessorService

SIZES = (10, 100, 1000, 10_000)
COPIES = 2000
"""Copies of one measurement, where one post makes fewer."""
DOMAINS = 10
"""At most; ten members at least are at each."""
BODY = b"From: ada@example.org\r\nSubject: bench\r\nMessage-ID: <1@example.org>\r\n\r\n" + (b"x" * 78 + b"\r\n") * 64
MOST_GROWTH = 1.5
"""How much more CPU a copy may cost on a list of ten thousand than on one of a hundred, and be called the same: the
machine has other things to do."""


@dataclass(frozen=True)
class Form:
    """What is different for each member."""

    name: str
    verp: bool
    domain: str
    """That of the list: one that signs, or one that does not."""


FORMS = (
    Form("one sender", verp=False, domain="example.com"),
    Form("VERP", verp=True, domain="example.com"),
    Form("VERP, link, signature", verp=True, domain="example.net"),
)


@dataclass(frozen=True)
class Measured:
    """One measurement."""

    copies: int
    made: float
    """Seconds until all copies were on their way."""
    sent: float
    """Seconds until all had arrived."""
    cpu: float
    """Seconds of CPU that the processor used."""


class _NoTraces:
    def record(self, _: Trace) -> None:
        """Forget it."""


@asynccontextmanager
async def server() -> AsyncIterator[str]:
    """Have a server running; give its address."""
    command = (sys.executable, str(Path(__file__).with_name("lists_server.py")))
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield f"127.0.0.1:{int(await process.stdout.readline())}"
    finally:
        process.stdin.close()
        await process.wait()


async def prepare(platform: Platform, address: str) -> None:
    """Have two domains of which one signs, and mail for members' domains go to the server."""
    for name in ("example.com", "example.net"):
        await EntityStore(platform.database, DomainKind()).create(DomainFields(name=name), "bench")
    domain = await platform.directory.domain("example.net")
    assert domain is not None
    keys = DkimKeyStore(platform.database, platform.seal, None, domain)
    await keys.create(DkimKeyFields(selector="s1", algorithm="rsa-sha256"), "bench")
    await keys.patch("s1", {"state": "active"}, "bench")
    routes: dict[str, JsonValue] = {f"d{n}.example.org": address for n in range(DOMAINS)}
    revision = (
        await SettingsStore(platform.database, platform.seal).patch("delivery", {"routes": routes}, "bench")
    ).revision
    while platform.settings.current.revision < revision:
        await asyncio.sleep(0.05)


async def make_list(platform: Platform, members: int, form: Form) -> str:
    """Make a list; give its address."""
    passwords = Passwords()
    name = f"birds-{members}-{FORMS.index(form)}"
    fields = MailingListFields.model_validate(
        {"address": f"{name}@{form.domain}", "name": name, "owner": "olga@example.org", "posting": "anyone"}
        | {"verp": form.verp, "dmarc": "none"}
    )
    made = (await ListStore(platform.database, passwords).lists.create(fields, "bench")).value
    passwords.close()
    shared = ListMemberFields(address="x@example.org").model_dump() | {"suspended": False, "digest_number": 0}
    shared |= {"list_id": made.id, "version": 1, "created_at": made.created_at, "updated_at": made.updated_at}
    domains = max(1, min(DOMAINS, members // 10))
    addresses = [f"member{n}@d{n % domains}.example.org" for n in range(members)]
    rows = [shared | {"address": address, "key": member_key(address)} for address in addresses]
    for start in range(0, members, 1000):
        async with platform.database.transaction() as connection:
            await connection.execute(insert(list_member), rows[start : start + 1000])
    while await platform.directory.mailing_list(made.address) is None:
        await asyncio.sleep(0.05)
    return made.address


def a_post(number: int, address: str) -> Incoming:
    """Give a post with an id of its own."""
    now = time.time()
    mail = an_incoming(address, octets=BODY, id=new_message_id(now, lambda _: number), accepted_at=now)
    return msgspec.structs.replace(mail, marks=Marks(relay_permitted=True))


async def measure(platform: Platform, members: int, address: str) -> Measured:
    """Send posts to a list, and see all of their copies arrive."""
    posts = max(1, COPIES // members)
    before = await _expanded(platform)
    mails = [a_post(number, address) for number in range(posts)]
    await asyncio.gather(*(platform.bus.publish(INCOMING, encode(mail), id=str(mail.id)) for mail in mails))
    service = ProcessorService(platform)
    began, cpu = time.perf_counter(), _cpu()
    await service.start()
    while await _expanded(platform) < before + posts:
        await asyncio.sleep(0.05)
    made = time.perf_counter() - began
    while await _left(platform):
        await asyncio.sleep(0.05)
    sent, used = time.perf_counter() - began, _cpu() - cpu
    await service.stop(5)
    return Measured(posts * members, made, sent, used)


async def _expanded(platform: Platform) -> int:
    query = select(func.count()).select_from(list_post).where(list_post.c.state == "expanded")
    async with platform.database.read() as connection:
        return int((await connection.execute(query)).scalar_one())


async def _left(platform: Platform) -> bool:
    async with platform.database.read() as connection:
        return (await connection.execute(select(delivery_job.c.id).limit(1))).first() is not None


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


async def bench(platform: Platform, sizes: Sequence[int]) -> dict[tuple[str, int], float]:
    """Print what each size costs in each form; give the CPU per copy."""
    print(f"load before: {os.getloadavg()[0]:.1f}")
    print("form                    members  copies  made/s  sent/s  CPU us/copy")
    cost = {}
    for form in FORMS:
        for members in sizes:
            found = await measure(platform, members, await make_list(platform, members, form))
            cost[form.name, members] = found.cpu / found.copies
            print(
                f"{form.name:22} {members:8} {found.copies:7} {found.copies / found.made:7.0f}"
                f" {found.copies / found.sent:7.0f} {1e6 * found.cpu / found.copies:12.0f}",
                flush=True,
            )
    print(f"load after: {os.getloadavg()[0]:.1f}")
    return cost


async def main(directory: Path, sizes: Sequence[int]) -> None:
    """Run all."""
    configure_logging("error", "console", service="bench")
    environment = Environment(data_dir=directory, public_url="https://lists.example.com")
    await migrate(database_url(environment))
    async with server() as address, open_platform(environment, service="processor") as platform:
        quiet = replace(platform, tracer=_NoTraces())  # type: ignore[arg-type]  # it records all the same
        await prepare(quiet, address)
        cost = await bench(quiet, sizes)
    for form in FORMS:
        if {100, 10_000} <= set(sizes):
            assert cost[form.name, 10_000] <= MOST_GROWTH * cost[form.name, 100], form.name


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        uvloop.run(main(Path(temporary), [int(size) for size in sys.argv[1:]] or SIZES))
