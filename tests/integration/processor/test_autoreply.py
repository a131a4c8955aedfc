"""Autoreplies on real parts: made once, whatever is repeated, by whoever of several processors."""

import asyncio
from dataclasses import replace
from typing import Any

import msgspec
from sqlalchemy import delete, select
from tests.builders import an_envelope
from tests.integration.processor.conftest import Mailroom
from tests.integration.processor.test_forwarding import forward
from tests.integration.processor.waiting import until

from mailcore import events
from mailcore.db.autoreply_store import AutoreplyStore
from mailcore.db.entity_store import EntityStore
from mailcore.db.header_rules import HeaderRuleKind
from mailcore.db.tables import autoreply_sent, delivery_job
from mailcore.directory.autoreply import AutoreplyFields
from mailcore.directory.header_rule import HeaderRuleFields
from mailcore.mail.content import InlineContent
from mailcore.mail.headers import header_size
from mailcore.mail.incoming import Incoming
from mailcore.platform import Platform
from processor.outbound.remote_mail import RemoteMail, decode

ADA, BEA = "ada@example.com", "bea@example.com"
LETTER = "Message-ID: <1@example.net>\r\nTo: {to}\r\nSubject: hello\r\n\r\nHow are you?\r\n"


async def reply_for(room: Mailroom, address: str, body: str = "I am away.\n", **fields: Any) -> None:
    """Have an account reply; it holds within a second."""
    account = await room.platform.directory.account(address)
    assert account is not None
    made = AutoreplyFields.model_validate({"body": body, **fields})
    await AutoreplyStore(room.platform.database, account).put(made, "test")
    async with asyncio.timeout(2):
        while await room.platform.directory.standing_orders(address) is None:
            await asyncio.sleep(0.02)


def letter(room: Mailroom, *recipients: str, sender: str = "bob@example.net", **changes: Any) -> Incoming:
    octets = LETTER.format(to=", ".join(recipients)).encode()
    return room.message(
        *recipients,
        envelope=an_envelope(*recipients, sender=sender),
        content=InlineContent(octets),
        header_size=header_size(octets),
        **changes,
    )


def without_sending(platform: Platform) -> Platform:
    """Give the platform of a processor that leaves jobs towards other servers where they are."""
    return replace(platform, environment=platform.environment.model_copy(update={"processor_queues": "incoming"}))


async def sent(room: Mailroom) -> list[RemoteMail]:
    """Give what is to be sent to other servers."""
    query = select(delivery_job.c.payload).where(delivery_job.c.kind == "outbound")
    async with room.platform.database.read() as connection:
        return [decode(bytes(payload)) for payload in (await connection.execute(query)).scalars()]


def told(room: Mailroom) -> list[str]:
    return [event.what for trace in room.heard.traces for event in trace.events]


async def test_a_stranger_is_answered_once_whatever_comes_again(room: Mailroom) -> None:
    await reply_for(room, ADA)
    first, second = letter(room, ADA), letter(room, ADA)
    async with room.processor(without_sending), room.processor(without_sending):
        await room.publish(first, first, second)
        await until(lambda: len(room.heard.traces) == 3)
    assert len(room.files(ADA)) == 2
    (answer,) = await sent(room)
    assert (answer.sender, [one.address for one in answer.recipients]) == ("", ["bob@example.net"])
    assert b"In-Reply-To: <1@example.net>\r\n" in answer.header
    assert b"Auto-Submitted: auto-replied\r\n" in answer.header
    assert told(room).count(events.REPLIED) == 1
    assert told(room).count(events.REPLY_WITHHELD) == 2
    assert {trace.outcome for trace in room.heard.traces} == {events.DELIVERED}


async def test_memory_and_job_are_there_together_or_not_at_all(room: Mailroom) -> None:
    """The job is gone because it is done; the message comes again: its reply does not."""
    await reply_for(room, ADA)
    mail = letter(room, ADA)
    async with room.processor(without_sending):
        await room.publish(mail)
        await until(lambda: len(room.heard.traces) == 1)
        async with room.platform.database.transaction() as connection:
            await connection.execute(delete(delivery_job))
        await room.publish(msgspec.structs.replace(mail, begun=True))
        await until(lambda: len(room.heard.traces) == 2)
    assert await sent(room) == []
    async with room.platform.database.read() as connection:
        rows = (await connection.execute(select(autoreply_sent))).all()
    assert [(row.account, row.sender, row.at) for row in rows] == [(ADA, "bob@example.net", mail.accepted_at)]


async def test_a_colleague_finds_the_answer_in_the_mailbox(room: Mailroom) -> None:
    await reply_for(room, ADA, "留守です。\n", subject="留守: %s")
    await reply_for(room, BEA, "So am I.\n")
    async with room.processor(without_sending):
        await room.publish(letter(room, ADA, sender=BEA))
        await until(lambda: bool(room.files(BEA)))
        await asyncio.sleep(0.3)
    (path,) = room.files(BEA)
    text = path.read_text(encoding="utf-8")
    assert text.startswith(f"Return-Path: <>\nDelivered-To: {BEA}\nFrom: {ADA}\nTo: {BEA}\nSubject: =?UTF-8?B?")
    assert len(room.files(ADA)) == 1


async def test_each_account_answers_for_itself(embedded_room: Mailroom) -> None:
    room = embedded_room
    await reply_for(room, ADA)
    await reply_for(room, BEA)
    async with room.processor(without_sending):
        await room.publish(letter(room, ADA, BEA, ADA))
        await until(lambda: len(room.heard.traces) == 1)
    answers = await sent(room)
    assert sorted(answer.header.split(b"\r\n")[0] for answer in answers) == [
        f"From: {one}".encode() for one in (ADA, BEA)
    ]


async def test_rules_and_forwards_of_a_colleague_hold_for_the_answer(room: Mailroom) -> None:
    await reply_for(room, ADA)
    rule = {"name": "automatic", "scope": BEA, "actions": [{"kind": "put_into_folder", "folder": "Away"}]}
    await EntityStore(room.platform.database, HeaderRuleKind()).create(HeaderRuleFields.model_validate(rule), "test")
    await forward(room, BEA, "ken@example.org")
    await asyncio.sleep(0.6)
    mail = letter(room, ADA, sender=BEA)
    async with room.processor(without_sending):
        await room.publish(mail)
        await until(lambda: bool(room.files(BEA)))
        await until(lambda: told(room).count(events.HANDED_IN) == 1)
        await room.publish(msgspec.structs.replace(mail, begun=True))
        await until(lambda: told(room).count(events.REPLY_WITHHELD) == 1)
    (path,) = room.files(BEA)
    assert path.parent.parent.name == ".Away"
    (onward,) = await sent(room)
    assert (onward.sender, [one.address for one in onward.recipients]) == ("", ["ken@example.org"])
    assert b"Auto-Submitted: auto-replied\r\n" in onward.header
