"""The header section of a digest, as far as it is the same in both formats."""

from collections.abc import Iterator
from uuid import UUID

from mailcore.directory.mailing_list import MailingList
from mailcore.mail.date_time import date_time
from mailcore.mail.named_mailbox import named_mailbox
from mailcore.mail.written_field import written_field
from maildecide.lists.copy.list_fields import fields_of
from maildecide.lists.digest.entry import DigestOut
from maildecide.lists.loops import LOOP


def head_of(digest: DigestOut, number: UUID, unsubscribe: tuple[str, str] | None) -> bytes:
    """Give it, CRLF-ended, without what describes the content.

    `number`: what the message is known by; `unsubscribe`: what stands before and after a member's token in the link by
    which they leave; None: there are no links.
    """
    return b"".join(_fields(digest, digest.list, number, unsubscribe))


def _fields(
    digest: DigestOut, mailing_list: MailingList, number: UUID, unsubscribe: tuple[str, str] | None
) -> Iterator[bytes]:
    domain = mailing_list.address.rpartition("@")[2]
    yield b"From: " + named_mailbox(mailing_list.title, mailing_list.address_of("request")) + b"\r\n"
    yield f"To: <{mailing_list.address}>\r\n".encode()
    if mailing_list.posting != "nobody":
        yield f"Reply-To: <{mailing_list.address}>\r\n".encode()
    yield written_field("Subject", digest.said(digest.words.subject))
    yield f"Date: {date_time(digest.at)}\r\nMessage-ID: <{number}@{domain}>\r\n".encode()
    # RFC 3834 5: a program wrote it, and nobody's program answers it.
    yield b"Auto-Submitted: auto-generated\r\nX-Auto-Response-Suppress: All\r\n"
    for name, value in fields_of(mailing_list, unsubscribe):
        yield name.encode("ascii") + b": " + value + b"\r\n"
    yield f"Precedence: list\r\nX-ML-Name: {mailing_list.name}\r\n{LOOP}: {mailing_list.address}\r\n".encode()
    yield b"MIME-Version: 1.0\r\n"
