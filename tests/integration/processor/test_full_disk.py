"""Mailboxes that cannot take what was accepted: it waits in jobs, and arrives once there is room again."""

import os
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.integration.processor.conftest import Mailroom
from tests.integration.processor.waiting import until

from mailcore import events
from mailcore.bus.topology import INCOMING
from mailcore.db import content_refs
from mailcore.db.job_orders import JobOrders

ADA = "ada@example.com"
BEA = "bea@example.com"
BIG = b"Subject: big\r\n\r\n" + b"0123456789abcdef" * 16384 + b"\r\n"


@contextmanager
def unusable(directory: Path) -> Iterator[None]:
    """Have `directory` full, or, where we may not mount anything, without permission to write."""
    directory.mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0:
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", directory], check=True)
        (directory / "ballast").write_bytes(b"x" * 36 * 1024)
        try:
            yield
        finally:
            subprocess.run(["umount", "-l", directory], check=True)
    else:
        directory.chmod(0o500)
        try:
            yield
        finally:
            directory.chmod(0o700)


async def retry_all(room: Mailroom) -> None:
    for job in await room.jobs():
        await JobOrders(room.platform.database, room.platform.tracer).give("retry", job.id, "test")


@pytest.mark.parametrize("octets", [None, BIG], ids=["inline", "in the content store"])
async def test_it_waits_in_a_job_and_arrives_once(room: Mailroom, octets: bytes | None) -> None:
    mail = room.message(ADA, BEA, accepted_at=time.time())
    if octets:
        mail = await room.with_stored_content(mail, octets)
    async with room.processor():
        with unusable(room.maildir(ADA)):
            if octets is None:
                for directory in ("new", "cur", "tmp"):
                    (room.maildir(ADA) / directory).mkdir()
                (room.maildir(ADA) / "more ballast").write_bytes(b"")
                fill(room.maildir(ADA))
            await room.publish(mail)
            await until(room.jobs)
            await until(lambda: room.files(BEA))
            (job,) = await room.jobs()
            assert (job.kind, job.state, job.destination) == ("local", "ready", "example.com/ada")
            assert job.next_attempt_at.timestamp() > time.time() + 30
            assert job.last_error
            await until(lambda: room.heard.traces)
            assert room.heard.traces[0].outcome == events.DEFERRED
            assert await room.bus.backlog(INCOMING) == 0
            await retry_all(room)
            await until(lambda: len(room.heard.traces) == 2)
            assert (await room.jobs())[0].attempt == 1
        if octets:
            key = mail.content.key  # type: ignore[union-attr]
            assert await room.holders(key) == {content_refs.job_holder(job.id), "released"}
        await retry_all(room)
        await until(lambda: room.files(ADA))

        async def are_done() -> bool:
            return await room.jobs() == []

        await until(are_done)
    assert len(room.files(ADA)) == len(room.files(BEA)) == 1
    body = room.files(ADA)[0].read_bytes().partition(b"\n\n")[2]
    assert body == room.files(BEA)[0].read_bytes().partition(b"\n\n")[2]
    assert room.heard.traces[-1].events[0].what == events.STORED
    if octets:
        assert await room.holders(key) == {"released"}


def fill(directory: Path) -> None:
    """Fill what is left of a small file system."""
    try:
        with (directory / "filler").open("wb", buffering=0) as filler:
            while True:
                filler.write(b"x" * 1024)
    except OSError:
        return


async def test_a_message_stored_meanwhile_is_not_stored_again(embedded_room: Mailroom) -> None:
    room = embedded_room
    mail = room.message(ADA, accepted_at=time.time())
    async with room.processor():
        with unusable(room.maildir(ADA)):
            fill(room.maildir(ADA))
            await room.publish(mail)
            await until(room.jobs)
        await room.publish(mail)
        await until(lambda: room.files(ADA))
        await retry_all(room)

        async def are_done() -> bool:
            return await room.jobs() == []

        await until(are_done)
    assert len(room.files(ADA)) == 1
    assert room.heard.traces[-1].events[0].what == events.STORED_ALREADY


def test_a_file_size_limit_is_a_full_disk(tmp_path: Path) -> None:
    """In a process of its own, since the limit holds for all of it."""
    program = textwrap.dedent(
        """
        import asyncio, resource, sys, time
        from pathlib import Path
        from uuid import UUID
        from mailcore.content.local import LocalContentStore
        from mailcore.errors import StorageFull
        from mailcore.mail.content import InlineContent
        from processor.local_copy import LocalCopy
        from processor.mailbox_errors import MailboxAway
        from processor.mailbox_quota import Quotas
        from processor.mailboxes import Mailboxes

        async def main(root):
            content = LocalContentStore(root / "content")
            mailboxes = Mailboxes(root / "mail", content, time.time, Quotas(None, None))
            octets = InlineContent(b"x" * 65536)
            copy = LocalCopy(UUID(int=1), 1.0, 0, "example.com/ada", "", "ada@example.com", "", b"", octets, 0)
            resource.setrlimit(resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
            try:
                await mailboxes.store(copy, look_twice=lambda: False)
            except MailboxAway as error:
                print("mailbox:", error)
            writer = await content.create()
            try:
                await writer.write(b"x" * 65536)
                await writer.commit()
            except StorageFull:
                print("content: full")
            await writer.abort()
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            print(await mailboxes.store(copy, look_twice=lambda: False))

        asyncio.run(main(Path(sys.argv[1])))
        """
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=True, timeout=60
    )
    lines = done.stdout.splitlines()
    assert lines[0].startswith("mailbox: ")
    assert "EFBIG" in lines[0]
    assert lines[1:] == ["content: full", "True"]
    assert len(list(tmp_path.rglob("*.hikyaku*"))) == 1
