"""What a message costs the processor: `python -m tests.bench.processor`.

Messages of 5 KiB from the queue into Maildirs, on embedded parts in a temporary directory (or below the directory
given as argument), and the memory that one message of 50 MiB takes beyond the idle size.
"""

import asyncio
import resource
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import msgspec
import uvloop
from tests.builders import an_incoming

from mailcore.bus.topology import INCOMING
from mailcore.db import content_refs
from mailcore.db.entity_store import EntityStore
from mailcore.db.kinds import AccountKind, DomainKind
from mailcore.db.migrate import migrate
from mailcore.directory.account import AccountFields
from mailcore.directory.domain import DomainFields
from mailcore.environment import Environment
from mailcore.ids import new_message_id
from mailcore.log import configure_logging
from mailcore.mail.incoming import Incoming, encode
from mailcore.passwords import Passwords
from mailcore.platform import Platform, database_url, open_platform
from processor.app import ProcessorService

MESSAGES = 4000
ACCOUNTS = 20
BODY = b"Subject: bench\r\nMessage-ID: <1@example.net>\r\n\r\n" + (b"x" * 78 + b"\r\n") * 64
BIG = 50 * 1024 * 1024


def message(number: int, recipient: str, **changes: object) -> Incoming:
    """Give a message with an id of its own."""
    now = time.time()
    number_bits = number & ((1 << 74) - 1)
    mail = an_incoming(recipient, octets=BODY, id=new_message_id(now, lambda _: number_bits), accepted_at=now)
    return msgspec.structs.replace(mail, **changes)


async def prepare(platform: Platform) -> None:
    """Make the accounts."""
    passwords = Passwords()
    await EntityStore(platform.database, DomainKind()).create(DomainFields(name="example.com"), "bench")
    accounts = EntityStore(platform.database, AccountKind(passwords))
    for number in range(ACCOUNTS):
        await accounts.create(AccountFields(address=f"user{number}@example.com"), "bench")
    passwords.close()


def stored(environment: Environment) -> int:
    """Count what has been delivered."""
    return sum(1 for _ in environment.mail_dir.rglob("new/*"))


async def small(platform: Platform, accounts: int) -> None:
    """Print rate and CPU of small messages."""
    mails = [message(number, f"user{number % accounts}@example.com") for number in range(MESSAGES)]
    await asyncio.gather(*(platform.bus.publish(INCOMING, encode(mail), id=str(mail.id)) for mail in mails))
    done = asyncio.Event()
    counter = _CountingTracer(MESSAGES, done)
    service = ProcessorService(replace(platform, tracer=counter))  # type: ignore[arg-type]
    began, cpu = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF)
    await service.start()
    await done.wait()
    seconds, used = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF)
    await service.stop(5)
    user, system = used.ru_utime - cpu.ru_utime, used.ru_stime - cpu.ru_stime
    print(
        f"5 KiB into {accounts:2} mailboxes: {MESSAGES / seconds:7.0f} messages/s, CPU per message "
        f"{1e6 * user / MESSAGES:4.0f} us user + {1e6 * system / MESSAGES:4.0f} us system"
    )


class _CountingTracer:
    def __init__(self, wanted: int, done: asyncio.Event) -> None:
        self._left = wanted
        self._done = done

    def record(self, _: object) -> None:
        """Count a message."""
        self._left -= 1
        if not self._left:
            self._done.set()


async def big(platform: Platform) -> None:
    """Print the memory that a large message takes."""
    mail = message(1 << 60, "user0@example.com")
    writer = await platform.content.create()
    head = BODY[: BODY.index(b"\r\n\r\n") + 4]
    await writer.write(head)
    for _ in range(BIG // 65536):
        await writer.write(b"0123456789abcde\n" * 4096)
    content = await writer.commit()
    mail = msgspec.structs.replace(mail, content=content, header_size=len(head) - 2)
    async with platform.database.transaction() as conn:
        await content_refs.add(conn, content.key, content_refs.incoming_holder(mail.id), time.time())
    done = asyncio.Event()
    service = ProcessorService(replace(platform, tracer=_CountingTracer(1, done)))  # type: ignore[arg-type]
    await service.start()
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    before, began = _peak(), time.perf_counter()
    await platform.bus.publish(INCOMING, encode(mail), id=str(mail.id))
    await done.wait()
    print(f"50 MiB: {(_peak() - before) / 1024:5.1f} MiB beyond idle, {time.perf_counter() - began:5.2f} s")
    await service.stop(5)


def _peak() -> int:
    """Give the largest resident size since it was reset, in KiB."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0])


async def main(directory: Path) -> None:
    """Run all."""
    configure_logging("warning", "console", service="bench")
    environment = Environment(data_dir=directory)
    await migrate(database_url(environment))
    async with open_platform(environment, service="processor") as platform:
        await prepare(platform)
        for accounts in (ACCOUNTS, 1):
            await small(platform, accounts)
        await big(platform)
        assert stored(environment) == 2 * MESSAGES + 1


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(dir=sys.argv[1] if len(sys.argv) > 1 else None) as temporary:
        uvloop.run(main(Path(temporary)))
