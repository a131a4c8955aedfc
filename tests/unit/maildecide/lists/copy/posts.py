"""Posts on their way out, and what handlers make of them."""

from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from tests.list_builders import a_list, a_post

from mailcore.authentication.results import AuthorPolicy
from maildecide.lists.author_standing import AuthorStanding
from maildecide.lists.copy.disowning import signed_digests
from maildecide.lists.copy.order import COPY, Handler, copy_of
from maildecide.lists.copy.post import Copy, PostOut


def a_post_out(octets: bytes, *, number: int = 7, links: tuple[str, str] | None = None, **changes: Any) -> PostOut:
    """Give a post of a list with `changes`, from what came."""
    mail = a_post(octets)
    body = octets[mail.body_start :]
    return PostOut(a_list(**changes), number, mail, "ada@example.com", body, links)


def header_after(handler: Handler, fields: bytes, **changes: Any) -> bytes:
    """Give the header section that a handler makes of one of these fields."""
    post = a_post_out(fields + b"\r\nA heron.\r\n", **changes)
    return handler(Copy(post.mail.header), post).header


def whole(post: PostOut, handlers: tuple[Handler, ...] = COPY) -> bytes:
    """Give the octets that go out."""
    copy = copy_of(post, handlers)
    body = post.body or b""
    own = body.removeprefix(b"\r\n") if copy.body is None else copy.body
    return copy.header.removeprefix(post.mail.trace_fields) + b"\r\n" + copy.before + own + copy.after


POST = (
    b'From: "Ada Lovelace" <ada@example.org>\r\nTo: birds@example.com\r\nSubject: herons\r\n'
    b"Message-ID: <1@example.org>\r\n\r\nA heron.\r\n"
)
"""A post of somebody whose domain may have a policy."""


def a_post_of(octets: bytes = POST, policy: AuthorPolicy = "reject", **changes: Any) -> PostOut:
    """Give a post whose signatures have verified, by an author whose domain has that policy."""
    post = a_post_out(octets, **changes)
    return replace(post, standing=AuthorStanding(policy, frozenset(signed_digests(post.mail.header))))


def read(octets: bytes) -> EmailMessage:
    """Give a message as Python's own reader of mail has it."""
    return message_from_bytes(octets, policy=default)
