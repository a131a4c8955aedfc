"""A real Dovecot takes local mail over LMTP: into folders, byte for byte, and what it refuses is handled for each."""

import re
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from tests.builders import an_envelope
from tests.integration.processor.conftest import Mailroom
from tests.integration.processor.waiting import until
from tests.parts.dovecot import Dovecot

from mailcore import events
from mailcore.mail.incoming import Marks
from mailcore.platform import Platform

pytestmark = pytest.mark.real

ADA, BEA, CAS = "ada@example.com", "bea@example.com", "cas@example.com"
ADDED = re.compile(
    rb"Return-Path: <bob@example\.net>\n"
    rb"(?:Delivered-To: [^\n]*\n)?"  # only where it has one recipient
    rb"Received: from [^\n]*\n(?:[ \t][^\n]*\n)*"
    rb"Received: from client\.example\.net\n\tby mx\.example\.com\n",
)
"""What Dovecot adds, and below it what we have added."""


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with Dovecot((ADA, BEA), limited=(CAS,)) as server:
        yield server


def storing_at(where: str, platform: Platform) -> Platform:
    """Give the platform with mailboxes at `where`."""
    return replace(platform, environment=platform.environment.model_copy(update={"lmtp_server": where}))


async def test_mail_arrives_byte_for_byte_and_each_is_answered_for_itself(
    embedded_room: Mailroom, dovecot: Dovecot
) -> None:
    room = embedded_room
    await room.make_account(CAS)
    await room.make_account("nobody@example.com")
    octets = (
        b"Subject: =?UTF-8?B?5bqD5ZGK?=\r\n\r\n.A dot,\r\n8 bits: \xe9\x80\r\nand a long line: " + b"x" * 3000 + b"\r\n"
    )
    async with room.processor(lambda platform: storing_at(dovecot.url, platform)):
        await room.publish(room.message(ADA, BEA, CAS, octets=octets))
        await until(lambda: len(room.heard.traces) == 1)
        assert room.heard.traces[0].outcome == events.DELIVERED
        mail = room.message(
            envelope=an_envelope(BEA, CAS, "nobody@example.com", sender=ADA), octets=octets, accepted_at=time.time()
        )
        await room.publish(mail)
        await until(lambda: len(room.heard.traces) >= 2)
        outcomes = {one.address: one.outcome for one in room.heard.traces[1].recipients}
        assert outcomes == {BEA: events.DELIVERED, CAS: events.FAILED, "nobody@example.com": events.FAILED}
        await until(lambda: len(dovecot.messages(ADA)) == 3)
    stored, *reports = sorted(dovecot.messages(ADA), key=lambda one: b"Action: failed" in one)
    expected = octets.replace(b"\r\n", b"\n")
    assert stored.endswith(expected)
    assert ADDED.fullmatch(stored.removesuffix(expected)), stored[:600]
    assert len(dovecot.messages(BEA)) == 2
    assert len(dovecot.messages(CAS)) == 1
    told = b"\n".join(reports)
    assert b"Status: 5.2.2\n" in told
    assert b"Status: 5.1.1\n" in told


async def test_a_folder_is_found_by_the_detail(embedded_room: Mailroom, dovecot: Dovecot) -> None:
    room = embedded_room
    async with room.processor(lambda platform: storing_at(dovecot.url, platform)):
        await room.publish(room.message(BEA, marks=Marks(banned="user_trash")))
        await until(lambda: bool(room.heard.traces))
        assert room.heard.traces[0].outcome == events.DELIVERED
    assert len(dovecot.messages(BEA, ".Trash")) == 1


async def test_over_its_socket_and_after_it_was_away(embedded_room: Mailroom, dovecot: Dovecot) -> None:
    if dovecot.socket_path is None:
        pytest.skip("its socket is inside a container")
    room, before = embedded_room, len(dovecot.messages(ADA))
    async with room.processor(lambda platform: storing_at(f"unix:{dovecot.socket_path}", platform)):
        await room.publish(room.message(ADA, accepted_at=time.time()))
        await until(lambda: len(dovecot.messages(ADA)) == before + 1)
        await dovecot.asynchronously(dovecot.restart)
        await room.publish(room.message(ADA, accepted_at=time.time()))
        await until(lambda: len(dovecot.messages(ADA)) == before + 2, 90)
