"""What lists write themselves, on real parts: in their words, and once each."""

import time
from email import message_from_bytes, policy

import msgspec
import pytest
from tests.integration.processor.conftest import Mailroom
from tests.integration.processor.lists import (
    ADA,
    BEA,
    carry_out,
    is_over,
    make_list,
    outgoing,
    read,
    tasks,
    without_sending,
)
from tests.integration.processor.waiting import until

from mailcore import events
from mailcore.db import jobs
from mailcore.db.jobs import Job
from mailcore.db.list_store import ListStore
from mailcore.db.list_templates import TemplateStore
from mailcore.db.tables import delivery_job
from mailcore.directory.list_template import ListWords
from mailcore.list_deeds import Ask, Tell
from mailcore.list_jobs import KIND, Notice, Resubmission, decode
from mailcore.mail.content import InlineContent, StoredContent
from mailcore.passwords import Passwords
from maildecide.message.mail import decode as decode_mail
from processor.lists.ending import LeaseLost
from processor.lists.notices import NoticeWork

KEN = "ken@example.org"


async def test_a_list_writes_to_mailboxes_here_and_elsewhere(room: Mailroom) -> None:
    made = await make_list(room, display_name="鳥の会", language="ja", owner=BEA)
    async with room.processor(without_sending):
        await carry_out(room, made, Tell("welcome", (ADA, KEN), {"member": ADA}, "<1@example.org>"))
        await until(lambda: len(room.files(ADA)) == 1)
        await until(lambda: outgoing(room))
    message = read(room.files(ADA)[0])
    assert message["Subject"] == "[鳥の会] ようこそ"
    assert message["From"] == "鳥の会 <birds-request@example.com>"
    assert message["Return-Path"] == "<birds-bounces@example.com>"
    assert (message["In-Reply-To"], message["Auto-Submitted"]) == ("<1@example.org>", "auto-replied")
    assert "ada@example.com が登録されました" in message.get_content()
    (job,) = await outgoing(room)
    assert (job.sender, [one.address for one in job.recipients]) == ("birds-bounces@example.com", [KEN])
    assert (job.is_verified, job.signers) == (True, ("example.com",))
    wrote = [event for trace in room.heard.traces for event in trace.events if event.what == events.LIST_WROTE]
    assert sorted(event.detail["to"] for event in wrote) == [ADA, KEN]


async def test_a_list_says_it_in_its_own_words(embedded_room: Mailroom) -> None:
    room = embedded_room
    made = await make_list(room)
    words = ListWords(subject="{member}: {list}", body="Dear {member}\n{description}\n")
    await TemplateStore(room.platform.database, made).put("welcome", words, "test")
    async with room.processor(without_sending):
        await carry_out(room, made, Tell("welcome", (ADA,), {"member": f"{ADA}\r\nBcc: eve@example.net {{list}}"}))
        await until(lambda: len(room.files(ADA)) == 1)
    message = read(room.files(ADA)[0])
    assert message["Subject"] == f"{ADA}  Bcc: eve@example.net {{list}}: birds"
    assert message["Bcc"] is None
    assert message.get_content() == f"Dear {ADA}  Bcc: eve@example.net {{list}}\n"


async def test_whoever_lost_the_lease_writes_nothing(room: Mailroom) -> None:
    made = await make_list(room)
    await carry_out(room, made, Ask("subscribe", "confirm_subscribe", ADA, (ADA,)))
    first = await _claimed(room)
    again = msgspec.structs.replace(first, attempt=first.attempt + 1)
    work = _work(room)
    with pytest.raises(LeaseLost):
        await work(again, decode(again.payload))  # type: ignore[arg-type]  # it is one
    assert [type(task) for task in await tasks(room)] == [type(decode(first.payload))]
    await work(first, decode(first.payload))  # type: ignore[arg-type]  # it is one
    (task,) = await tasks(room)
    assert isinstance(task, Resubmission)
    mail = decode_mail(task.mail)
    assert isinstance(mail.content, InlineContent)
    asked = decode(first.payload)
    assert isinstance(asked, Notice)
    message = message_from_bytes(mail.content.octets, policy=policy.default)
    assert message["Subject"] == f"[birds] confirm {asked.token}"


async def test_what_is_too_large_for_a_job_is_kept_while_it_is_sent(embedded_room: Mailroom) -> None:
    room = embedded_room
    made = await make_list(room)
    await carry_out(room, made, Tell("answer", (ADA,), {"text": "heron\n" * 20_000}))
    job = await _claimed(room)
    await _work(room)(job, decode(job.payload))  # type: ignore[arg-type]  # it is one
    (task,) = await tasks(room)
    assert isinstance(task, Resubmission)
    content = decode_mail(task.mail).content
    assert isinstance(content, StoredContent)
    assert len(await room.holders(content.key)) == 1
    async with room.platform.database.transaction() as connection:
        await connection.execute(delivery_job.update().values(state="ready", not_before=0))
    async with room.processor(without_sending):
        await until(lambda: len(room.files(ADA)) == 1)
        await until(lambda: is_over(room))
    assert read(room.files(ADA)[0]).get_content().count("heron\n") == 20_000
    assert await room.holders(content.key) <= {"released"}


async def test_a_list_that_is_gone_says_nothing(embedded_room: Mailroom) -> None:
    room = embedded_room
    made = await make_list(room)
    await carry_out(room, made, Tell("welcome", (ADA,), {"member": ADA}))
    passwords = Passwords()
    await ListStore(room.platform.database, passwords).lists.delete(made.address, "test")
    passwords.close()
    async with room.processor(without_sending):
        await until(lambda: is_over(room))
    assert room.files(ADA) == []


def _work(room: Mailroom) -> NoticeWork:
    platform = room.platform
    return NoticeWork(
        platform.database,
        platform.bus,
        platform.content,
        hostname=lambda: "mx.example.com",
        revision=lambda: 1,
        clock=time.time,
        tell=lambda _job, *_traces: None,
    )


async def _claimed(room: Mailroom) -> Job:
    now = time.time()
    async with room.platform.database.transaction() as connection:
        (job,) = await jobs.claim(connection, kinds=[KIND], owner="test", now=now, lease_until=now + 3600, limit=1)
    return job
