"""A digest that is one text (RFC 1153), in Unicode, whatever its posts are written in."""

import re
from collections.abc import Iterator, Sequence

from mailcore.mail.date_time import date_time
from mailcore.mail.encoded_words import decoded
from mailcore.mail.header_edits import fields_called
from mailcore.mail.text_part import text_part
from maildecide.lists.digest.entry import DigestOut, Entry
from maildecide.lists.digest.shown_text import shown_text
from maildecide.message.made_here import one_line

LOOKED_AT = 65_536
"""Octets of a body in which text is looked for."""
_KEPT = (b"From", b"To", b"Cc", b"Subject", b"Message-ID", b"Keywords")
"""The fields of a post that stay, after its Date, in this order."""
_BEGIN = "-" * 70
_BETWEEN = "-" * 30
_NOT_IN_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_LINE_END = re.compile(r"\r\n|[\r\n\v\f\x85\u2028\u2029]")
_PARTING = frozenset({_BEGIN, _BETWEEN})
_MIME_VERSION = b"MIME-Version: 1.0\r\n"


def plain_digest(digest: DigestOut, beginnings: Sequence[bytes]) -> tuple[bytes, bytes]:
    """Give the fields that describe the content, and the content from the empty line on.

    `beginnings`: of each post how its body begins, the empty line before it included (`LOOKED_AT`).
    """
    lines = [*digest.preamble.split("\n"), _BEGIN, ""]
    for entry, beginning in zip(digest.entries, beginnings, strict=True):
        lines += (*_message(digest, entry, beginning), "", _BETWEEN, "")
    end = digest.said(digest.words.end)
    lines += (end, "*" * len(end))
    described, body = text_part("\n".join(lines))
    return described.removeprefix(_MIME_VERSION), b"\r\n" + body


def _message(digest: DigestOut, entry: Entry, beginning: bytes) -> Iterator[str]:
    header = entry.mail.header
    yield f"Date: {_value(header, b'Date') or date_time(entry.mail.arrival.at)}"
    for name in _KEPT:
        if value := _value(header, name):
            yield f"{name.decode()}: {value}"
    yield ""
    if entry.is_lost:
        yield digest.said(digest.words.lost, entry.number)
        return
    shown = shown_text(header + beginning)
    text = "\n".join(_NOT_IN_TEXT.sub(" ", line).rstrip() for line in _LINE_END.split(shown.text)).strip("\n")
    for line in text.split("\n") if text else ():
        # What would part messages is part of one.
        yield f" {line[1:]}" if line in _PARTING else line
    if not shown.is_all or entry.mail.content.size - entry.mail.body_start > len(beginning):
        if text:
            yield ""
        yield digest.said(digest.words.rest if digest.list.archive else digest.words.left_out, entry.number)


def _value(header: bytes, name: bytes) -> str:
    fields = fields_called(header, name.lower())
    return one_line(decoded(fields[0].partition(b":")[2])) if fields else ""
