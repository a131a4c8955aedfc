"""The corpus goes through everything that edits a header section, switched on at once; the rest stays as it was.

The corpus is not part of the project: it is looked for in `$CORPUS`, else in `../shared/corpus` beside the checkout.
"""

import os
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from tests.builders import ARRIVAL, CLIENT, a_context, a_header_rule, an_envelope

from mailcore.mail.content import InlineContent
from mailcore.mail.headers import header_size, split_fields
from mailcore.mail.incoming import Marks, StandardFields
from maildecide.message.foreseeing import foreseen_rejection
from maildecide.message.mail import Mail
from maildecide.message.pipeline import PIPELINE, plan_message
from maildecide.message.rules.compiled import HeaderRules

CORPUS = Path(os.environ.get("CORPUS") or Path(__file__).parents[5] / "shared" / "corpus")
FIELDS = StandardFields(sender=True, message_id=True, date="always", origin=True, no_blind_copies=True)
ANY = [
    {"kind": "header", "name": name, "op": "matches", "value": "(a|飛)?.*$"}
    for name in ("Subject", "From", "To", "Received", "Content-Type", "Message-ID")
]
RULES = HeaderRules(
    [
        a_header_rule(
            {"kind": "prefix_subject", "text": "【広告】 "},
            {"kind": "set_header", "name": "X-Rule", "value": "飛脚 <a@example.com>"},
            {"kind": "rename_header", "name": "X-Mailer", "to": "X-Rule"},
            {"kind": "remove_header", "name": "Precedence"},
            {"kind": "put_into_folder", "folder": "Corpus/All"},
            when=[{"kind": "any", "of": [*ANY, {"kind": "all", "of": []}]}],
            direction="both",
        ),
        a_header_rule("reject", when=[{"kind": "header", "name": "X-None", "op": "exists"}]),
    ]
)
TOUCHED = {
    b"sender",
    b"message-id",
    b"date",
    b"from",
    b"bcc",
    b"resent-bcc",
    b"subject",
    b"x-rule",
    b"x-mailer",
    b"precedence",
}
MARKED = {b"x-dnsexists", b"x-pmsfilter"}


def files() -> list[Path]:
    return sorted(CORPUS.rglob("*.eml"))


def test_untouched_parts_are_unchanged() -> None:
    if not files():
        pytest.skip(f"no corpus in {CORPUS}: set CORPUS to a folder of .eml files")
    assert [path.name for path in files() if not comes_through(path)] == []


def comes_through(path: Path) -> bool:
    """Whether a message comes out with what no step is about as it was."""
    octets = path.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    size = header_size(octets)
    marks = Marks(
        banned="add_header", sender_domain_missing=True, strip_marks=("X-DNSEXISTS", "X-PMSFILTER"), fields=FIELDS
    )
    arrival = msgspec.structs.replace(ARRIVAL, client=msgspec.structs.replace(CLIENT, account="ada@example.com"))
    mail = Mail(an_envelope(), b"Received: by us\r\n", octets[:size], InlineContent(octets), size, arrival, marks)
    context = replace(a_context(), rules=RULES)
    assert foreseen_rejection(mail, [context]) is None
    (plan,) = plan_message(PIPELINE, mail, [context])
    (planned,) = plan.effects
    after = planned.mail.header
    again = plan_message(PIPELINE, mail, [context])[0].effects[0].mail.header
    return after == again and untouched(after) == untouched(mail.header) and planned.mail.content == mail.content


def untouched(section: bytes) -> list[bytes]:
    """Give the fields that no step is about, the last one with its line ended."""
    kept = [field.raw for field in split_fields(section) if field.name not in TOUCHED | MARKED]
    return [raw if raw.endswith(b"\n") else raw + b"\r\n" for raw in kept]
