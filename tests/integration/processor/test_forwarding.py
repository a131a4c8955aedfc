"""Forwards on real parts: what is stored, what is sent, and that a repeat of the message repeats neither."""

import asyncio
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from tests.builders import an_envelope
from tests.integration.processor.conftest import Mailroom
from tests.integration.processor.waiting import until

from mailcore import events
from mailcore.db.entity_store import EntityStore
from mailcore.db.standing_orders import ForwardKind
from mailcore.db.tables import delivery_job
from mailcore.directory.account import Account
from mailcore.directory.forward import ForwardFields
from mailcore.directory.standing_orders import StandingOrders
from mailcore.mail.content import InlineContent
from mailcore.mail.headers import header_size
from mailcore.platform import Platform
from processor.outbound.remote_mail import decode

ADA, BEA, CEC = (f"{name}@example.com" for name in ("ada", "bea", "cec"))


async def account_of(room: Mailroom, address: str) -> Account:
    account = await room.platform.directory.account(address)
    assert account is not None
    return account


async def forward(room: Mailroom, account: str, *to: str, **fields: Any) -> None:
    """Have an account forward; it holds within a second."""
    owner = await account_of(room, account)
    before = await room.platform.directory.standing_orders(account)
    made = ForwardFields.model_validate({"to": to, **fields})
    await EntityStore(room.platform.database, ForwardKind(owner)).create(made, "test")
    async with asyncio.timeout(2):
        while await room.platform.directory.standing_orders(account) == before:
            await asyncio.sleep(0.02)


def without_sending(platform: Platform) -> Platform:
    """Give the platform of a processor that leaves jobs towards other servers where they are."""
    return replace(platform, environment=platform.environment.model_copy(update={"processor_queues": "incoming"}))


async def payload(room: Mailroom, job: str) -> bytes:
    query = select(delivery_job.c.payload).where(delivery_job.c.id == job)
    async with room.platform.database.read() as connection:
        return bytes((await connection.execute(query)).scalar_one())


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


async def test_along_the_accounts_and_to_another_server(room: Mailroom) -> None:
    await room.make_account(CEC)
    await forward(room, ADA, "ken@example.org", "BEA@example.com", keep_copy=False)
    await forward(room, BEA, CEC, keep_copy=True)
    await forward(room, CEC, ADA, keep_copy=False)
    mail = room.message(ADA)
    async with room.processor(without_sending):
        await room.publish(mail)
        await until(lambda: bool(room.files(CEC)) and bool(room.files(BEA)))
        await room.publish(mail)
        await until(lambda: len(room.heard.traces) >= 2)
    assert (len(room.files(ADA)), len(room.files(BEA)), len(room.files(CEC))) == (0, 1, 1)
    head = text(room.files(CEC)[0]).splitlines()[:4]
    assert head == [
        "Return-Path: <bob@example.net>",
        f"Delivered-To: {CEC}",
        f"Delivered-To: {BEA}",
        f"Delivered-To: {ADA}",
    ]
    (job,) = await room.jobs()
    assert (job.kind, job.destination) == ("outbound", "example.org")
    told = [event.what for event in room.heard.traces[0].events]
    assert told.count(events.FORWARDED) == 2
    assert events.FORWARD_STOPPED in told


async def test_subject_only_beside_the_message_itself(room: Mailroom) -> None:
    await forward(room, ADA, BEA, "ken@example.org", content="subject")
    mail = room.message(ADA, BEA)
    async with room.processor(without_sending):
        await room.publish(mail)
        await until(lambda: len(room.files(BEA)) == 2 and bool(room.files(ADA)))
        await room.publish(mail)
        await until(lambda: len(room.heard.traces) >= 2)
    assert (len(room.files(ADA)), len(room.files(BEA))) == (1, 2)
    (notice,) = (one for one in map(text, room.files(BEA)) if "Auto-Submitted: auto-generated" in one)
    assert notice.startswith(f"Return-Path: <>\nDelivered-To: {BEA}\nFrom: {ADA}\n")
    assert "Subject: hello\n" in notice
    assert "How are you?" not in notice
    (job,) = await room.jobs()
    assert job.destination == "example.org"
    sent = decode(await payload(room, job.id))
    assert (sent.sender, sent.recipients[0].address) == ("", "ken@example.org")
    assert sent.message_id != mail.id


async def test_a_large_message_is_held_for_each_job(room: Mailroom) -> None:
    octets = b"Subject: large\r\n\r\n" + b"x" * 70_000 + b"\r\n"
    await forward(room, ADA, "ken@example.org", BEA, keep_copy=False)
    mail = await room.with_stored_content(room.message(ADA), octets)
    async with room.processor(without_sending):
        await room.publish(mail)
        await until(lambda: bool(room.files(BEA)))
        await until(lambda: len(room.heard.traces) == 1)
    (job,) = await room.jobs()
    key = mail.content.key  # type: ignore[union-attr]  # it is stored
    assert await room.holders(key) - {"released"} == {f"job:{job.id}"}
    assert text(room.files(BEA)[0]).endswith("x" * 70_000 + "\n")


async def test_nobody_takes_it(room: Mailroom) -> None:
    await room.make_account(CEC)
    await forward(room, ADA, CEC, keep_copy=False)
    await room.remove_account(CEC)
    async with room.processor(without_sending):
        await room.publish(room.message(ADA))
        await until(lambda: len(room.heard.traces) == 1)
    (kept,) = room.files(ADA)
    assert kept.parent.parent.name == ".Trash"
    assert [event.what for event in room.heard.traces[0].events].count(events.FORWARD_REFUSED) == 1


async def test_orders_go_with_the_account(embedded_room: Mailroom) -> None:
    room = embedded_room
    await forward(room, ADA, BEA)
    found = await room.platform.directory.standing_orders(ADA)
    assert isinstance(found, StandingOrders)
    assert [one.to for one in found.forwards] == [(BEA,)]
    await room.remove_account(ADA)
    async with asyncio.timeout(2):
        while await room.platform.directory.standing_orders(ADA) is not None:
            await asyncio.sleep(0.02)


async def test_any_script_and_the_null_sender(embedded_room: Mailroom) -> None:
    room = embedded_room
    await room.make_account("飛脚@example.com")
    await forward(room, ADA, "飛脚@example.com", keep_copy=False)
    octets = "Subject: 速達\r\n\r\n本文\r\n".encode()
    mail = room.message(
        ADA,
        envelope=an_envelope(ADA, sender=""),
        content=InlineContent(octets),
        header_size=header_size(octets),
    )
    async with room.processor(without_sending):
        await room.publish(mail)
        await until(lambda: len(room.heard.traces) == 1)
    (path,) = (room.mail_dir / "example.com").rglob("new/*")
    assert text(path).startswith("Return-Path: <>\nDelivered-To: 飛脚@example.com\nDelivered-To: ada@example.com\n")
    assert text(path).endswith("Subject: 速達\n\n本文\n")


@pytest.mark.parametrize("sender", ["bob@example.net", "x" * 60 + "@example.net"])
async def test_a_report_about_forwarded_mail_finds_its_sender(room: Mailroom, sender: str) -> None:
    await forward(room, ADA, "ken@example.org")
    async with room.processor(without_sending):
        mail = room.message(ADA, envelope=an_envelope(ADA, sender=sender), accepted_at=time.time())
        await room.publish(mail, mail)
        await until(lambda: len(room.heard.traces) == 2)
        (job,) = await room.jobs()
        sent = decode(await payload(room, job.id))
        assert sent.sender.startswith("SRS0=")
        assert sent.sender.endswith("@example.com")
        # As a server on the way may write it.
        await room.publish(room.message(sent.sender.lower(), envelope=an_envelope(sent.sender.lower(), sender="")))
        await until(lambda: len(room.heard.traces) == 3)
    (report,) = (job for job in await room.jobs() if job.destination == "example.net")
    back = decode(await payload(room, report.id))
    assert (back.sender, [one.address for one in back.recipients]) == ("", [sender])


@pytest.mark.parametrize("sender", ["bea@example.com", "nobody@example.com", ""])
async def test_senders_that_stay(embedded_room: Mailroom, sender: str) -> None:
    room = embedded_room
    await forward(room, ADA, "ken@example.org")
    async with room.processor(without_sending):
        await room.publish(room.message(ADA, envelope=an_envelope(ADA, sender=sender)))
        await until(lambda: len(room.heard.traces) == 1)
    (job,) = await room.jobs()
    assert decode(await payload(room, job.id)).sender == sender
