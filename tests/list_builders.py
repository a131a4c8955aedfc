"""Mailing lists that are valid as they are; a test changes what it is about."""

from datetime import UTC, datetime
from typing import Any

import msgspec
from tests.builders import a_mail

from mailcore.directory.known_list import KnownList
from mailcore.directory.list_member import ListMember
from mailcore.directory.mailing_list import ListRole, MailingList
from mailcore.directory.targets import ListTarget
from mailcore.mail.content import InlineContent
from mailcore.mail.envelope import Envelope, Recipient
from mailcore.mail.headers import header_size
from mailcore.verp import VerpMark
from maildecide.lists.poster import Poster
from maildecide.message.mail import Mail

LIST = "birds@example.com"
_MADE = datetime(2026, 1, 1, tzinfo=UTC)


def a_list(**changes: Any) -> MailingList:
    """Give a mailing list as stored."""
    values = {"id": 7, "created_at": _MADE, "updated_at": _MADE, "address": LIST, "name": "birds"}
    return MailingList.model_validate(values | {"owner": "olga@example.com"} | changes)


def a_member(address: str = "ada@example.com", **changes: Any) -> ListMember:
    """Give a member as stored."""
    values = {"id": 1, "created_at": _MADE, "updated_at": _MADE, "address": address}
    return ListMember.model_validate(values | changes)


def a_known_list(role: ListRole = "post", *officers: ListMember, **changes: Any) -> KnownList:
    """Give a list as mail meets it."""
    return KnownList(a_list(**changes), role, officers)


def a_list_target(role: ListRole = "post", returned: VerpMark | None = None, **changes: Any) -> ListTarget:
    """Give one of a list's addresses as a target."""
    return ListTarget(a_known_list(role, **changes), returned)


def a_poster(address: str = "ada@example.com", *, member: bool = True, owner: bool = False, **changes: Any) -> Poster:
    """Give an author of a post, who is a member."""
    return Poster(address, a_member(address, **changes) if member else None, owner)


def a_post(octets: bytes = b"From: ada@example.com\r\nSubject: hello\r\n\r\nA heron.\r\n", **envelope: Any) -> Mail:
    """Give a message for the list as the steps see it: header section, empty line and body, CRLF-ended."""
    size = header_size(octets)
    values = {"sender": "ada@example.com", "recipients": (Recipient(LIST),)} | envelope
    return msgspec.structs.replace(
        a_mail(),
        envelope=Envelope(**values),
        header=octets[:size],
        content=InlineContent(octets),
        body_start=size,
    )
