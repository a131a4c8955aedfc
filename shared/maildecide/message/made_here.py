"""Messages that this server writes itself because of another one: its parts, and it as a mail. Pure.

Everything in them derives from the other message and the time of its reception, so that a repeat makes the same octets
under the same id. They come from the null sender: nobody answers them, or is told when they fail (RFC 3834 3.3).
"""

from collections.abc import Sequence
from unicodedata import category
from uuid import UUID

import msgspec

from mailcore.mail.content import InlineContent
from mailcore.mail.date_time import date_time
from mailcore.mail.encoded_words import decoded
from mailcore.mail.envelope import Envelope, Recipient
from mailcore.mail.header_edits import fields_called
from mailcore.mail.incoming import Marks
from mailcore.mail.text_part import text_part
from mailcore.mail.written_field import written_field
from maildecide.message.mail import Mail

_NOT_IN_LINE = frozenset({"Cc", "Cs", "Zl", "Zp"})
_MOST_SUBJECT = 500
"""Characters of another message's subject; a longer one is cut."""


def new_mail(
    parent: Mail, number: UUID, to: str, *, sender: str, subject: str, text: str, more: Sequence[bytes]
) -> Mail:
    """Give a mail for `to` with the header field `From: sender`; `more` are fields, CRLF-ended, beside the usual ones.

    `number`: what it is known by; derived from `parent`.
    """
    fields, body = text_part(text)
    header = b"".join(
        (
            f"From: {sender}\r\nTo: {to}\r\n".encode(),
            written_field("Subject", one_line(subject)),
            f"Date: {date_time(parent.arrival.at)}\r\n".encode(),
            f"Message-ID: <{number}@{parent.arrival.server or 'localhost'}>\r\n".encode(),
            *more,
            fields,
        )
    )
    return Mail(
        envelope=Envelope("", (Recipient(to),), smtputf8=not header.isascii()),
        trace_fields=b"",
        header=header,
        content=InlineContent(header + b"\r\n" + body),
        body_start=len(header),
        arrival=msgspec.structs.replace(parent.arrival, id=number, root=None),
        marks=Marks(),
    )


def subject_of(mail: Mail) -> str:
    """Give the subject of a message as one line; empty where it has none."""
    return subject_in(mail.header)


def subject_in(header: bytes) -> str:
    """Give that of a header section."""
    fields = fields_called(header, b"subject")
    if not fields:
        return ""
    return one_line(decoded(fields[0].partition(b":")[2]))[:_MOST_SUBJECT]


def one_line(text: str) -> str:
    """Give `text` without control characters, other line ends, and what is no character of UTF-8."""
    return "".join(" " if category(one) in _NOT_IN_LINE else one for one in text).strip()
