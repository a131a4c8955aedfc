"""What an addon's answer means: an exit code of a program, or its number in a hook's reply, and what came with it.

Codes that are not named here, and signals, are failures: the message goes on without the addon's result.
"""

import re
from typing import Literal

from mailcore.directory.rule_text import TRACE_FIELDS
from mailcore.mail.headers import count_fields, split_fields
from mailcore.mail.written_field import written_field
from maildecide.message.made_here import one_line

Meaning = Literal["pass", "replace", "add", "discard", "reject", "trash", "later", "failed"]

PASS, REPLACE, ADD = 0, 10, 11
DISCARD, REJECT, TRASH = 20, 21, 22
LATER = 75
"""EX_TEMPFAIL of sysexits(3)."""
_MEANINGS: dict[int, Meaning] = {
    PASS: "pass",
    REPLACE: "replace",
    ADD: "add",
    DISCARD: "discard",
    REJECT: "reject",
    TRASH: "trash",
    LATER: "later",
}
MOST_FIELDS = 64 * 1024
"""Octets of header fields that are added, and of a text that is read, at most."""
_REFUSED = "the message is refused here"
_MOST_TEXT = 400
_FIELD = re.compile(rb"([!-9;-~]{1,100}):(.*)", re.DOTALL)
_KEPT = (b"received", b"delivered-to")


def meaning(code: int) -> Meaning:
    """Give what a code means."""
    return _MEANINGS.get(code, "failed")


def fields_of(octets: bytes) -> bytes:
    """Give header fields that an addon wrote as they are added: encoded, folded, CRLF-ended.

    Raises ValueError, saying what is wrong: also for those that tell where a message has been.
    """
    fields = []
    for field in split_fields(octets):
        if not field.raw.strip():
            continue
        parts = _FIELD.fullmatch(field.raw)
        if parts is None:
            raise ValueError(f"{field.raw[:80]!r} is no header field")
        name, value = parts[1].decode("ascii"), " ".join(parts[2].decode("utf-8").split())
        if name.lower() in TRACE_FIELDS:
            raise ValueError(f"{name} tells where a message has been, and is written by servers alone")
        fields.append(written_field(name, one_line(value)))
    if not fields:
        raise ValueError("there are no header fields in the answer")
    return b"".join(fields)


def text_of(octets: bytes) -> str:
    """Give why a message is refused, for its sender: the first line that an addon wrote, in ASCII."""
    lines = octets.decode("utf-8", "replace").strip().splitlines()
    text = one_line(lines[0]) if lines else ""
    return text.encode("ascii", "replace").decode("ascii")[:_MOST_TEXT] or _REFUSED


def refuse_unless_message(header: bytes, before: bytes) -> None:
    """Raise ValueError unless `header` is a header section, with what tells where the message has been (`before`)."""
    fields = split_fields(header)
    if not fields or not fields[0].name:
        raise ValueError("the answer does not begin with a header field")
    for name in _KEPT:
        if count_fields(header, name) < count_fields(before, name):
            raise ValueError(f"the answer lacks a {name.decode()} field of the message: loops are found by it")
