"""What becomes of mail by what was found out of its origin: rules, quarantine, reports, and a forged field."""

import msgspec
import pytest
from sqlalchemy import select
from tests.integration.processor.conftest import Mailroom
from tests.integration.processor.test_row_15 import ADA, AWAY, BEA, entries, folders
from tests.integration.processor.waiting import until

from mailcore.authentication.results import Authentication, DmarcVerdict, SpfVerdict
from mailcore.authentication.results_field import results_field
from mailcore.db import trash
from mailcore.db.entity_store import EntityStore
from mailcore.db.header_rules import HeaderRuleKind
from mailcore.db.tables import delivery_job
from mailcore.directory.header_rule import HeaderRuleFields
from mailcore.mail.incoming import Marks, StandardFields, decode
from processor.outbound.remote_mail import decode as decode_remote

FAILED = Authentication(
    SpfVerdict("softfail", "example.net"), dmarc=DmarcVerdict("fail", "example.net", "reject", "reject", "nothing")
)
OURS = StandardFields(results_of=("mx.example.com",))
FORGED = b"authentication-RESULTS: (no) MX.example.com;\r\n\tdmarc=pass\r\n"
OTHERS = b"Authentication-Results: relay.example.net; dkim=pass\r\n"
LETTER = b"From: bob@example.net\r\nSubject: hello\r\n\r\nHow are you?\r\n"


async def test_what_was_found_stands_on_top_and_nothing_forged_below(room: Mailroom) -> None:
    field = results_field("mx.example.com", FAILED, "bob@example.net")
    marks = Marks(authentication=FAILED, fields=OURS)
    mail = room.message(ADA, octets=OTHERS + FORGED + LETTER, marks=marks)
    mail = msgspec.structs.replace(mail, trace_fields=field + mail.trace_fields)
    async with room.processor():
        await room.publish(mail)
        await until(lambda: room.files(ADA))
    octets = room.files(ADA)[0].read_bytes()
    top, _, rest = octets.partition(b"Received:")
    assert top.endswith(field.replace(b"\r\n", b"\n"))
    assert rest.endswith((OTHERS + LETTER).replace(b"\r\n", b"\n"))
    assert octets.lower().count(b"mx.example.com;") == 1


async def test_rules_ask_for_it(embedded_room: Mailroom) -> None:
    rule = HeaderRuleFields.model_validate(
        {
            "name": "disowned",
            "when": [
                {"kind": "verdict", "name": "dmarc", "value": "fail"},
                {"kind": "verdict", "name": "dmarc_policy", "value": "reject"},
                {"kind": "not", "of": {"kind": "verdict", "name": "aligned"}},
            ],
            "actions": [{"kind": "put_into_trash"}],
        }
    )
    await EntityStore(embedded_room.platform.database, HeaderRuleKind()).create(rule, "test")
    async with embedded_room.processor():
        await embedded_room.publish(embedded_room.message(ADA, marks=Marks(authentication=FAILED)))
        await embedded_room.publish(embedded_room.message(BEA, marks=Marks(authentication=Authentication())))
        await until(lambda: embedded_room.files(ADA) and embedded_room.files(BEA))
    assert folders(embedded_room, ADA) == [".Trash"]
    assert folders(embedded_room, BEA) == ["."]


async def test_quarantine(room: Mailroom) -> None:
    mail = room.message(ADA, AWAY, marks=Marks(authentication=FAILED, quarantined=True))
    async with room.processor():
        await room.publish(mail)
        await until(lambda: room.files(ADA))
    assert folders(room, ADA) == [".Trash"]
    assert not await room.jobs()
    (entry,) = await entries(room)
    assert (entry.recipients, entry.reason) == ((AWAY,), "the domain in From does not stand by it (DMARC)")
    # Whoever releases it wants it delivered.
    async with room.platform.database.read() as connection:
        whole = await trash.get(connection, entry.id)
    assert whole is not None
    assert not decode(whole.body).marks.quarantined


@pytest.mark.parametrize("vouches", [False, True])
async def test_who_is_told_of_failures(embedded_room: Mailroom, *, vouches: bool) -> None:
    found = Authentication(vouches_for_sender=vouches)
    async with embedded_room.processor():
        await embedded_room.publish(embedded_room.message(AWAY, marks=Marks(authentication=found)))
        await until(lambda: embedded_room.heard.traces)
    async with embedded_room.platform.database.read() as connection:
        (payload,) = (await connection.execute(select(delivery_job.c.payload))).scalars()
    assert decode_remote(payload).is_verified is vouches
