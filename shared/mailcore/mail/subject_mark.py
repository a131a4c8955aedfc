"""A mark before the subject as it is written, octet for octet: nothing is decoded, re-encoded or folded anew."""

import re

from mailcore.mail.header_edits import has_field, with_field
from mailcore.mail.headers import Field, split_fields

_NAME = re.compile(rb"[!-9;-~]+[ \t]*:[ \t]*")
_MOST_LINE = 998
"""Octets of a line without its end (RFC 5322 2.1.1)."""


def with_marked_subject(section: bytes, mark: bytes) -> bytes:
    """Put `mark` and a space before the subject, unless it is there; without a subject the mark becomes one.

    A message with several subjects, which has no right to, gets it in each: readers differ in which one they show.
    """
    if not has_field(section, b"subject"):
        return with_field(section, b"Subject: " + mark + b"\r\n")
    return b"".join(_marked(one, mark) if one.name == b"subject" else one.raw for one in split_fields(section))


def _marked(field: Field, mark: bytes) -> bytes:
    name = _NAME.match(field.raw)
    stop = name.end() if name else 0
    value = field.raw[stop:]
    if value.startswith(mark):
        return field.raw
    head = field.raw[:stop].rstrip(b" \t") + b" " + mark
    first_line = value.partition(b"\r\n")[0]
    if not first_line.strip():
        # Empty, or folded before its first word.
        return head + value
    if len(head) + 1 + len(first_line) > _MOST_LINE:
        return head + b"\r\n " + value
    return head + b" " + value
