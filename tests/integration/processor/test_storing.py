"""From the incoming queue into the mailboxes, once each."""

import asyncio
import stat
import time
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from tests.integration.processor.conftest import Mailroom
from tests.integration.processor.waiting import until

from mailcore import events
from mailcore.bus.topology import INCOMING
from mailcore.db.job_orders import JobOrders
from mailcore.mail.envelope import Envelope, Recipient
from mailcore.platform import Platform
from processor.execute import Executor
from processor.load import Loader
from processor.mail_stores import MailStores
from processor.mailbox_quota import Quotas
from processor.mailboxes import Mailboxes
from processor.process import Processor
from processor.usage_book import UsageBook

ADA = "ada@example.com"
BEA = "bea@example.com"


async def test_a_message_arrives_as_it_came_below_what_is_added(room: Mailroom) -> None:
    async with room.processor():
        await room.publish(room.message(ADA))
        await until(lambda: room.files(ADA))
    (path,) = room.files(ADA)
    assert path.read_bytes() == (
        b"Return-Path: <bob@example.net>\n"
        b"Delivered-To: ada@example.com\n"
        b"Received: from client.example.net\n\tby mx.example.com\n"
        b"From: bob@example.net\nSubject: hello\n\nHow are you?\n"
    )
    assert path.parent == room.maildir(ADA) / "new"
    assert f",S={path.stat().st_size}," in path.name


async def test_a_mailbox_is_for_our_eyes_only(room: Mailroom) -> None:
    async with room.processor():
        await room.publish(room.message(ADA))
        await until(lambda: room.files(ADA))
    assert {path.name for path in room.maildir(ADA).iterdir()} == {"new", "cur", "tmp"}
    for path in [room.mail_dir, *room.mail_dir.rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path
    assert not list((room.maildir(ADA) / "tmp").iterdir())


async def test_each_recipient_gets_a_copy_and_a_shared_mailbox_one(room: Mailroom) -> None:
    async with room.processor():
        await room.publish(room.message("ADA@example.com", BEA, ADA))
        await until(lambda: room.files(ADA) and room.files(BEA))
    (path,) = room.files(ADA)
    assert b"Delivered-To: ADA@example.com\n" in path.read_bytes()
    assert len(room.files(BEA)) == 1
    (trace,) = room.heard.traces
    assert [(one.address, one.outcome) for one in trace.recipients] == [
        ("ADA@example.com", events.DELIVERED),
        (BEA, events.DELIVERED),
        (ADA, events.DELIVERED),
    ]


async def test_the_null_sender_and_one_beyond_ascii(room: Mailroom) -> None:
    null = room.message(ADA, envelope=Envelope("", (Recipient(ADA),)))
    foreign = room.message(BEA, envelope=Envelope("żółw@example.net", (Recipient(BEA),), smtputf8=True))
    async with room.processor():
        await room.publish(null, foreign)
        await until(lambda: room.files(ADA) and room.files(BEA))
    assert room.files(ADA)[0].read_bytes().startswith(b"Return-Path: <>\n")
    assert room.files(BEA)[0].read_bytes().startswith("Return-Path: <żółw@example.net>\n".encode())


async def test_a_message_delivered_again_is_not_stored_again(room: Mailroom) -> None:
    mail = room.message(ADA)
    async with room.processor():
        await room.publish(mail)
        await until(lambda: room.files(ADA))
        await room.bus.publish(INCOMING, msgspec.msgpack.encode(mail), id=str(mail.id), attempt=2)
        await until(lambda: len(room.heard.traces) == 2)
    assert len(room.files(ADA)) == 1
    assert room.heard.traces[1].events[1].what == events.STORED_ALREADY


async def test_a_message_that_was_moved_is_found_again(room: Mailroom) -> None:
    mail = room.message(ADA)
    async with room.processor():
        await room.publish(mail)
        await until(lambda: room.files(ADA))
        move_into_folder(room.files(ADA)[0], room.maildir(ADA))
        await room.publish(msgspec.structs.replace(mail, begun=True))
        await until(lambda: len(room.heard.traces) == 2)
    (path,) = room.files(ADA)
    assert path.parent == room.maildir(ADA) / ".Archive" / "cur"


async def test_many_messages_arrive_each_once(room: Mailroom) -> None:
    mails = [room.message(ADA) for _ in range(200)]
    async with room.processor(), room.processor():
        await room.publish(*mails)
        await until(lambda: len(room.files(ADA)) >= 200)
        await until(lambda: len(room.heard.traces) >= 200)
    assert len({path.name for path in room.files(ADA)}) == 200
    assert await room.bus.backlog(INCOMING) == 0


@pytest.mark.parametrize(("queues", "takes"), [("incoming", True), ("outbound", False), ("all", True)])
async def test_a_replica_takes_what_it_is_told_to_take(room: Mailroom, queues: str, *, takes: bool) -> None:
    def told(platform: Platform) -> Platform:
        return replace(platform, environment=platform.environment.model_copy(update={"processor_queues": queues}))

    async with room.processor(told):
        await room.publish(room.message(ADA))
        await asyncio.sleep(0.5)
        assert await room.bus.backlog(INCOMING) == (not takes)
    assert bool(room.files(ADA)) == takes


async def test_what_is_not_stored_in_time_becomes_jobs_and_arrives_once(room: Mailroom) -> None:
    platform, clock = room.platform, time.time
    quotas = Quotas(platform.directory, UsageBook(platform.database, clock))
    mailboxes = Mailboxes(room.mail_dir, platform.content, clock, quotas)
    processor = Processor(
        Loader(platform.directory, platform.settings, platform.content),
        Executor(platform.database, room.bus, MailStores(mailboxes), clock),
    )
    past = asyncio.get_running_loop().time() - 1
    processed = await processor.process(room.message(ADA, BEA), look_twice=lambda: False, deadline=past)
    assert [one.outcome.event for one in processed.executed] == [events.POSTPONED] * 2
    assert len(await room.jobs()) == 2
    async with room.processor():
        for job in await room.jobs():
            await JobOrders(platform.database, platform.tracer).give("retry", job.id, "test")

        async def are_done() -> bool:
            return await room.jobs() == []

        await until(are_done)
    assert len(room.files(ADA)) == len(room.files(BEA)) == 1
    mailboxes.close()


def move_into_folder(path: Path, maildir: Path) -> None:
    """Do what an IMAP server does when a user moves a message it has seen."""
    target = maildir / ".Archive" / "cur"
    target.mkdir(parents=True)
    (maildir / "cur" / f"{path.name}:2,S").hardlink_to(path)
    path.unlink()
    (maildir / "cur" / f"{path.name}:2,S").rename(target / f"{path.name}:2,RS")
