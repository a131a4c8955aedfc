"""Every message of the corpus passes a pipeline with every feature switched on; what none touches stays as it is.

The corpus is not part of the project: it is looked for in `$CORPUS`, else in `../shared/corpus` beside the checkout.
"""

import os
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.builders import an_envelope
from tests.integration.processor.addon_office import ADA, BEA, Office, holds, opened
from tests.integration.processor.conftest import Mailroom
from tests.integration.processor.waiting import until

from mailcore import events
from mailcore.mail.content import INLINE_LIMIT, InlineContent
from mailcore.mail.headers import header_size, split_fields
from mailcore.mail.incoming import Incoming, Marks, StandardFields

CORPUS = Path(os.environ.get("CORPUS") or Path(__file__).parents[4] / "shared" / "corpus")
CAS, DAN, EVE = "cas@example.com", "dan@example.com", "eve@example.com"
RECIPIENTS = (ADA, "bea+folder@example.com", CAS, DAN, "nobody@example.com", "role@example.com")
TOUCHED = frozenset(
    b"sender message-id date from bcc subject x-dnsexists x-pmsfilter x-added x-set x-removed reply-to x-renamed"
    b" x-scanned x-score x-changed return-path delivered-to received authentication-results"
    b" arc-authentication-results".split()
)
"""The fields that something of what is switched on may touch."""
RULES: tuple[dict[str, Any], ...] = (
    {
        "name": "edits",
        "when": [{"kind": "not", "of": {"kind": "header", "name": "Subject", "op": "matches", "value": "^never$"}}],
        "actions": [
            {"kind": "add_header", "name": "X-Added", "value": "\u98db\u811a"},
            {"kind": "set_header", "name": "X-Set", "value": "once"},
            {"kind": "remove_header", "name": "X-Removed"},
            {"kind": "rename_header", "name": "Reply-To", "to": "X-Renamed"},
            {"kind": "prefix_subject", "text": "[\u5370] "},
        ],
        "direction": "both",
    },
    {"name": "copies", "actions": [{"kind": "copy_to", "to": [DAN]}], "scope": ADA},
    {"name": "folders", "actions": [{"kind": "put_into_folder", "folder": "Work/Later"}], "scope": BEA},
    {"name": "trashes", "actions": [{"kind": "put_into_trash"}], "scope": DAN},
    {
        "name": "rejects",
        "when": [{"kind": "recipient", "op": "equals", "value": "role@example.com"}],
        "actions": [{"kind": "reject", "text": "no"}],
    },
    {
        "name": "drops and redirects",
        "when": [{"kind": "size", "at_least": 100_000_000}],
        "actions": [{"kind": "redirect", "to": [ADA]}, {"kind": "discard"}],
    },
    {"name": "ends", "actions": [{"kind": "stop"}]},
)


def as_sent(octets: bytes) -> bytes:
    """Give lines ended by CRLF, the last one too; a CR that ends no line stays."""
    sent = re.sub(rb"\r?\n", b"\r\n", octets)
    return sent if sent.endswith(b"\r\n") else sent + b"\r\n"


async def switch_everything_on(office: Office) -> None:
    """Have every feature at work."""
    for address in (CAS, DAN, EVE):
        await office.room.make_account(address)
    await office.set(catch_all_address=EVE, plus_folders=True, autoreply_unnamed=True, forward_srs=True)
    api = office.api
    wanted = [
        api.post("/aliases", json={"address": "role@example.com", "to": [ADA, CAS]}),
        *(api.post("/header-rules", json=rule) for rule in RULES),
        api.post(f"/accounts/{CAS}/forwards", json={"to": [BEA, "eve@example.org"], "keep_copy": True}),
        api.post(f"/accounts/{ADA}/forwards", json={"to": [DAN], "keep_copy": True, "content": "subject"}),
        api.put(f"/accounts/{BEA}/autoreply", json={"enabled": True, "body": "\u7559\u5b88\n"}),
    ]
    for request in wanted:
        answer = await request
        assert answer.status_code in {200, 201}, answer.text
    await office.add("fields")
    await office.add("envelope_of", command=["envelope"], scope="example.com")
    await office.add("passing", command=["pass"], scope="unknown:example.com")
    await holds()


async def message(office: Office, number: int, octets: bytes) -> Incoming:
    """Give a message of the corpus as it comes from a stranger, or a banned client now and then."""
    banned = (None, None, "tag_subject", "add_header")[number % 4]
    fields = StandardFields(
        sender=True, message_id=True, date="if_missing" if number % 2 else "always", origin=True, no_blind_copies=True
    )
    marks = Marks(
        banned=banned,  # type: ignore[arg-type]
        sender_domain_missing=number % 3 == 0,
        external_sender=True,
        strip_marks=("X-PMSFILTER", "X-DNSEXISTS"),
        fields=fields,
    )
    envelope = an_envelope(*RECIPIENTS, sender=f"corpus-{number}@sender.example.net")
    mail = office.room.message(envelope=envelope, marks=marks, octets=octets[:10], server="mx.example.com")
    if len(octets) > INLINE_LIMIT:
        return await office.room.with_stored_content(mail, octets)
    return msgspec.structs.replace(mail, content=InlineContent(octets), header_size=header_size(octets))


def untouched(section: bytes) -> list[bytes]:
    """Give the fields, and lines that are none, which nothing may touch."""
    return [field.raw for field in split_fields(section) if field.name not in TOUCHED]


def parted(octets: bytes) -> tuple[list[bytes], bytes]:
    """Give what is not touched of a header section, and what stands below it, lines ended by LF."""
    header, _, body = octets.replace(b"\r\n", b"\n").partition(b"\n\n")
    return untouched(header + b"\n"), body


@pytest.mark.slow
async def test_what_nothing_touches_stays_as_it_is(embedded_room: Mailroom, tmp_path: Path) -> None:
    files = sorted(CORPUS.rglob("*.eml"))
    if not files:
        pytest.skip(f"no corpus in {CORPUS}: set CORPUS to a folder of .eml files")
    sent = [as_sent(path.read_bytes()) for path in files]
    async with opened(embedded_room, tmp_path / "addons") as office:
        await switch_everything_on(office)
        for number, octets in enumerate(sent):
            await office.room.publish(await message(office, number, octets))

        async def is_over() -> bool:
            return len(office.happened(events.LEFT_TO_ADDONS)) > 0 and all(
                job.kind == "outbound" for job in await office.room.jobs()
            )

        await until(lambda: len(_planned(office)) >= len(sent), 120)
        await until(is_over, 300)
        assert office.happened(events.GIVEN_BACK) == office.happened(events.DEAD_LETTER) == []
        assert office.happened(events.ADDON_FAILED) == []
        # Everything has had its part in it.
        assert {event.detail["did"] for event in office.happened(events.ADDON_RAN)} == {
            "added header fields",
            "changed it",
            "passed it",
        }
        for what in (events.RULE_APPLIED, events.RULE_REJECTED, events.FORWARDED, events.REPLIED, events.STORED):
            assert office.happened(what), what
        wrong = [
            f"{path.name} at {address}"
            for number, path in enumerate(files)
            for address in (ADA, BEA, CAS, DAN, EVE)
            if not _arrived(office, address, number, sent[number])
        ]
    assert wrong == []


def _planned(office: Office) -> set[object]:
    return {trace.message_id for trace in office.room.heard.traces for event in trace.events if event.stage == "plan"}


def _arrived(office: Office, address: str, number: int, sent: bytes) -> bool:
    """Whether some copy of that message lies there, and every copy has all that nothing touches."""
    wanted = parted(sent)
    sender = f"Return-Path: <corpus-{number}@sender.example.net>".encode()
    copies = [copy for copy in office.stored(address) if copy.startswith(sender)]
    return bool(copies) and all(parted(copy) == wanted for copy in copies)
