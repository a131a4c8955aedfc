"""From names the list, and no reply is lost."""

from dataclasses import replace
from typing import Any

import pytest
from tests.unit.maildecide.lists.copy.posts import a_post_of, read, whole

from mailcore.mail.header_edits import fields_called
from mailcore.mail.headers import first_value
from maildecide.lists.copy.munging import munged
from maildecide.lists.copy.order import copy_of
from maildecide.lists.copy.post import Copy


def munged_header(fields: bytes, **changes: Any) -> bytes:
    post = a_post_of(fields + b"\r\nA heron.\r\n", **changes)
    return munged(Copy(post.mail.header), post).header


@pytest.mark.parametrize(
    ("author", "expected"),
    [
        (b'"Ada Lovelace" <ada@example.org>', ("Ada Lovelace via birds", "Ada Lovelace <ada@example.org>")),
        (b"=?UTF-8?B?6be6?= <ada@example.org>", ("鷺 via birds", "鷺 <ada@example.org>")),
        (b"ada@example.org", ("ada via birds", "ada@example.org")),
        (b'"ada@example.org" <ada@example.org>', ("ada via birds", '"ada@example.org" <ada@example.org>')),
        (
            b"=?UTF-8?B?QWRhDQpCY2M6IGV2ZUBleGFtcGxlLm5ldA==?= <ada@example.org>",
            ("Ada Bcc: eve via birds", None),
        ),
        (
            b"Ada <ada@example.org>,\r\n Bea <bea@example.net>",
            ("Ada via birds", "Ada <ada@example.org>, Bea <bea@example.net>"),
        ),
    ],
)
def test_from_names_the_list_and_replies_reach_the_author(author: bytes, expected: tuple[str, str | None]) -> None:
    header = munged_header(b"From: " + author + b"\r\nTo: birds@example.com\r\n")
    message = read(header + b"\r\n")
    (mailbox,) = message["From"].addresses
    assert (mailbox.display_name, mailbox.addr_spec) == (expected[0], "birds@example.com")
    assert sorted(message.keys()) == ["From", "Reply-To", "To"]
    assert first_value(header, b"reply-to") == author.replace(b"\r\n", b"")
    if expected[1] is not None:
        assert str(message["Reply-To"]) == expected[1]


FROM = b"From: Ada <ada@example.org>\r\n"


@pytest.mark.parametrize(
    ("fields", "reply_to", "cc"),
    [
        # As the poster wrote it, or as the list wants it: replies go where they went before.
        (FROM, b"Ada <ada@example.org>", None),
        (FROM + b"Reply-To: \r\n", b"Ada <ada@example.org>", None),
        (FROM + b"Reply-To: home@example.net\r\n", b"home@example.net", b"Ada <ada@example.org>"),
        (FROM + b"Reply-To: ADA@example.org\r\n", b"ADA@example.org", b"Ada <ada@example.org>"),
        (FROM + b"Reply-To: x <ada@EXAMPLE.org>\r\n", b"x <ada@EXAMPLE.org>", None),
        (FROM + b"Reply-To: birds@example.com\r\nTo: ada@example.org\r\n", b"birds@example.com", None),
        (FROM + b"Reply-To: birds@example.com\r\nCc: ada@example.org\r\n", b"birds@example.com", b"ada@example.org"),
        (
            FROM + b"Reply-To: birds@example.com\r\nCc: Bea\r\n <bea@example.net>\r\n",
            b"birds@example.com",
            b"Bea <bea@example.net>, Ada <ada@example.org>",
        ),
        (
            FROM + b"Reply-To: x@y.example\r\nCc: z@y.example,\r\n",
            b"x@y.example",
            b"z@y.example, Ada <ada@example.org>",
        ),
        (
            FROM + b'Reply-To: x@y.example\r\nCc: "z\r\n',
            b"x@y.example",
            b'Ada <ada@example.org>, "z',
        ),
        (b"From: Ada <ada@example.org\r\n", b"ada@example.org", None),
        (FROM + b"Reply-To: da@example.org\r\n", b"da@example.org", b"Ada <ada@example.org>"),
        (
            b"From: Ada <ada@example.org>, bea@example.net\r\nReply-To: ada@example.org\r\n",
            b"ada@example.org",
            b"Ada <ada@example.org>, bea@example.net",
        ),
        (
            FROM + b"From: Eve <eve@example.net>\r\n",
            b"Ada <ada@example.org>, Eve <eve@example.net>",
            None,
        ),
    ],
)
def test_no_reply_is_lost(fields: bytes, reply_to: bytes, cc: bytes | None) -> None:
    header = munged_header(fields)
    assert first_value(header, b"reply-to") == reply_to
    assert first_value(header, b"cc") == cc
    for name in (b"from", b"reply-to"):
        assert len(fields_called(header, name)) == 1


@pytest.mark.parametrize(
    ("mode", "reply_to", "cc"),
    [
        ("untouched", "Ada Lovelace <ada@example.org>", None),
        ("poster", "Ada Lovelace <ada@example.org>", None),
        ("both", "Ada Lovelace <ada@example.org>, birds@example.com", None),
        ("list", "birds@example.com", "Ada Lovelace <ada@example.org>"),
        ("fixed", "talk@example.org", "Ada Lovelace <ada@example.org>"),
    ],
)
@pytest.mark.parametrize("dmarc", ["munge", "wrap"])
def test_where_replies_go_under_each_setting(dmarc: str, mode: str, reply_to: str, cc: str | None) -> None:
    post = a_post_of(dmarc=dmarc, reply_to=mode, reply_to_address="talk@example.org")
    message = read(whole(post))
    assert str(message["From"]) == "Ada Lovelace via birds <birds@example.com>"
    assert str(message["Reply-To"]) == reply_to
    assert message["Cc"] == cc


def test_the_title_of_the_list_is_what_people_call_it() -> None:
    message = read(whole(a_post_of(display_name="鷺の会")))
    assert message["From"].addresses[0].display_name == "Ada Lovelace via 鷺の会"


def test_a_list_may_do_nothing() -> None:
    assert first_value(copy_of(a_post_of(dmarc="none")).header, b"from") == b'"Ada Lovelace" <ada@example.org>'


def test_an_author_who_cannot_be_named() -> None:
    post = replace(a_post_of(b"From: <a..b@example.org>\r\n\r\nA heron.\r\n"), poster="")
    message = read(whole(post))
    (mailbox,) = message["From"].addresses
    assert (mailbox.display_name, mailbox.addr_spec) == ("birds", "birds@example.com")
    assert message["Reply-To"] is not None


def test_without_an_author_no_reply_goes_nowhere() -> None:
    for fields in (b"To: birds@example.com\r\n", b"From: \r\n"):
        header = munged_header(fields)
        assert first_value(header, b"from") == b'"ada via birds" <birds@example.com>'
        assert not fields_called(header, b"reply-to")
