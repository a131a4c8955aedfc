"""Octets through the processor: real messages unchanged, large ones without being held."""

import asyncio
import os
from pathlib import Path

import pytest
from tests.integration.processor.conftest import Mailroom
from tests.integration.processor.waiting import until

from mailcore.mail.content import INLINE_LIMIT

ADA = "ada@example.com"
CORPUS = Path(os.environ.get("HIKYAKU_CORPUS") or Path(__file__).parents[3].parent / "shared" / "corpus")


async def test_every_real_message_arrives_with_its_octets(embedded_room: Mailroom) -> None:
    if not CORPUS.is_dir():
        pytest.skip(f"no corpus at {CORPUS}; HIKYAKU_CORPUS names another place")
    room = embedded_room
    originals = {}
    async with room.processor():
        for path in sorted(CORPUS.rglob("*.eml")):
            octets = path.read_bytes()
            wire = octets.replace(b"\n", b"\r\n")
            wire = wire if wire.endswith(b"\r\n") else wire + b"\r\n"
            mail = room.message(ADA, octets=wire)
            if len(wire) > INLINE_LIMIT:
                mail = await room.with_stored_content(mail, wire)
            await room.publish(mail)
            originals[mail.id] = mail.trace_fields.replace(b"\r\n", b"\n") + octets.removesuffix(b"\n") + b"\n"
        await until(lambda: len(room.heard.traces) == len(originals), 60)
    assert len(originals) > 100
    added = b"Return-Path: <bob@example.net>\nDelivered-To: ada@example.com\n"
    stored = {path.read_bytes().removeprefix(added) for path in room.files(ADA)}
    assert stored == set(originals.values())


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"\r\n",
        b"\r\n\r\n",
        b"no header and no end",
        b"Subject: only a header\r\n",
        b"Subject: x\r\n\r\n\x00\xff\r\rbare\rCR\r\r\n.\r\n" + b"x" * 5000 + b"\r\n",
        b"Subject: mixed\n\nbare LF\nand CRLF\r\n",
    ],
)
async def test_odd_messages_arrive_with_their_octets(embedded_room: Mailroom, octets: bytes) -> None:
    room = embedded_room
    inline = room.message(ADA, octets=octets, trace_fields=b"")
    stored = await room.with_stored_content(room.message(ADA, trace_fields=b""), octets)
    async with room.processor():
        await room.publish(inline, stored)
        await until(lambda: len(room.files(ADA)) == 2)
    for path in room.files(ADA):
        _, _, rest = path.read_bytes().partition(b"Delivered-To: ada@example.com\n")
        assert rest == octets.replace(b"\r\n", b"\n")
        assert f",S={path.stat().st_size}," in path.name


async def test_a_header_beyond_what_is_held_passes_untouched(embedded_room: Mailroom) -> None:
    room = embedded_room
    octets = b"X-Long: y\r\n" * 40_000 + b"\r\nbody\r\n"
    mail = await room.with_stored_content(room.message(ADA, trace_fields=b""), octets)
    async with room.processor():
        await room.publish(mail)
        await until(lambda: room.files(ADA))
    assert room.files(ADA)[0].read_bytes().endswith(octets.replace(b"\r\n", b"\n"))


async def test_a_stopping_processor_finishes_what_it_holds(embedded_room: Mailroom) -> None:
    room = embedded_room
    mails = [room.message(ADA) for _ in range(100)]
    await room.publish(*mails)
    async with room.processor():
        await until(lambda: room.files(ADA))
    await asyncio.sleep(0.1)
    stored = len(room.files(ADA))
    assert stored == len(room.heard.traces)
    async with room.processor():
        await until(lambda: len(room.files(ADA)) == 100)
    assert len({path.name for path in room.files(ADA)}) == 100
