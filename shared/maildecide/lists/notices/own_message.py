"""A message of a list's own as a mail: who it is from, what marks it as a program's, its text, and what is enclosed.

It comes from the list's `-request`, where answers are commands; what comes back, or is answered by a program that
does not look, goes to `-bounces` and nowhere else. Everything in it derives from what it was made for.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from mailcore.directory.mailing_list import MailingList
from mailcore.ids import derived_id
from mailcore.mail.content import InlineContent
from mailcore.mail.date_time import date_time
from mailcore.mail.encoded_words import encoded_words
from mailcore.mail.envelope import Envelope, Recipient
from mailcore.mail.incoming import Client, Marks
from mailcore.mail.text_part import text_part
from mailcore.mail.written_field import written_field
from maildecide.lists.loops import LIST_ID, LOOP
from maildecide.lists.notices.enclosure import Enclosure
from maildecide.lists.notices.template import Template
from maildecide.message.mail import Arrival, Mail

_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,250}>")
_QUOTED = str.maketrans({'"': r"\"", "\\": r"\\"})
_OWN = ("127.0.0.1", 0)
_MIME_VERSION = b"MIME-Version: 1.0\r\n"


@dataclass(frozen=True, slots=True)
class Cause:
    """What a message is made for, and where."""

    number: UUID
    """What the message is known by; derived."""
    at: float
    """When it was asked for, in seconds since the epoch."""
    hostname: str
    """What this server calls itself."""
    answers: str = ""
    """The Message-ID of what it answers; empty, or no such thing: nothing."""


def own_message(
    mailing_list: MailingList, words: Template, to: str, cause: Cause, enclosure: Enclosure | None = None
) -> Mail:
    """Give the mail for the address `to`; `words` have their values."""
    described, body = _entity(words.body, enclosure, cause.number)
    header = b"".join((*_fields(mailing_list, words.subject, to, cause), _MIME_VERSION, described))
    is_8bit = enclosure is not None and enclosure.is_8bit
    return Mail(
        envelope=Envelope(
            mailing_list.address_of("bounces"),
            (Recipient(to),),
            body="8BITMIME" if is_8bit else "7BIT",
            smtputf8=not header.isascii(),
        ),
        trace_fields=b"",
        header=header,
        content=InlineContent(header + b"\r\n" + body),
        body_start=len(header),
        arrival=Arrival(
            cause.number,
            cause.at,
            cause.hostname,
            Client(*_OWN, helo=cause.hostname, protocol="ESMTP", listener="smtp"),
        ),
        marks=Marks(),
    )


def _fields(mailing_list: MailingList, subject: str, to: str, cause: Cause) -> Iterator[bytes]:
    domain = mailing_list.address.rpartition("@")[2]
    answered = cause.answers if _MESSAGE_ID.fullmatch(cause.answers) else ""
    yield b"From: " + _mailbox(mailing_list.title, mailing_list.address_of("request"))
    yield f"To: <{to}>\r\n".encode()
    yield written_field("Subject", subject)
    yield f"Date: {date_time(cause.at)}\r\n".encode()
    yield f"Message-ID: <{cause.number}@{domain}>\r\n".encode()
    if answered:
        yield f"In-Reply-To: {answered}\r\nReferences: {answered}\r\n".encode()
    # RFC 3834 5: nobody's program answers it, and lists that get it know that a program wrote it.
    yield f"Auto-Submitted: auto-{'replied' if answered else 'generated'}\r\n".encode()
    yield b"X-Auto-Response-Suppress: All\r\nPrecedence: list\r\n"
    yield f"{LIST_ID}: <{mailing_list.list_id}>\r\n{LOOP}: {mailing_list.address}\r\n".encode()


def _mailbox(name: str, address: str) -> bytes:
    """Give a display name and an address (RFC 5322 3.4), CRLF-ended."""
    where = f"<{address}>".encode()
    if name.isascii():
        return b'"%b"\r\n %b\r\n' % (name.translate(_QUOTED).encode(), where)
    return b"\r\n ".join((*encoded_words(name), where)) + b"\r\n"


def _entity(text: str, enclosure: Enclosure | None, number: UUID) -> tuple[bytes, bytes]:
    """Give the fields that describe the content, and the content."""
    fields, body = text_part(text)
    described = fields.removeprefix(_MIME_VERSION)
    if enclosure is None:
        return described, body
    boundary = f"=_{derived_id(number, 'boundary', '').hex}"
    line = f"--{boundary}".encode()
    outer = f'Content-Type: multipart/mixed;\r\n boundary="{boundary}"\r\n'.encode()
    if enclosure.is_8bit:
        # RFC 2045 6.4: a multipart is labelled as what is in it.
        outer += b"Content-Transfer-Encoding: 8bit\r\n"
    parts = (line, b"\r\n", described, b"\r\n", body, line, b"\r\n", enclosure.part, b"\r\n", line, b"--\r\n")
    return outer, b"".join(parts)
