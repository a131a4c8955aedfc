"""The handlers that write header fields."""

import pytest
from tests.unit.maildecide.lists.copy.posts import a_post_out, header_after

from mailcore.mail.header_edits import fields_called
from mailcore.mail.headers import first_value
from maildecide.lists.copy import cleaning, list_fields, marks, reply_to
from maildecide.lists.copy.post import Copy

FROM = b'From: "Ada =?UTF-8?B?6bu6?=" <ada@example.com>\r\n'
REPLY = b"Reply-To: Ada at home <ada@example.net>\r\n"


@pytest.mark.parametrize(
    ("mode", "fields", "expected"),
    [
        ("untouched", FROM + REPLY, b"Ada at home <ada@example.net>"),
        ("untouched", FROM, None),
        ("list", FROM + REPLY, b"birds@example.com"),
        ("list", FROM, b"birds@example.com"),
        ("poster", FROM + REPLY, b"Ada at home <ada@example.net>"),
        ("poster", FROM, b'"Ada =?UTF-8?B?6bu6?=" <ada@example.com>'),
        ("poster", b"X: y\r\n", None),
        ("both", FROM + REPLY, b"Ada at home <ada@example.net>, birds@example.com"),
        ("both", FROM, b'"Ada =?UTF-8?B?6bu6?=" <ada@example.com>, birds@example.com'),
        ("both", FROM + b"Reply-To: Birds@Example.com\r\n", b"Birds@Example.com"),
        ("both", b"X: y\r\n", b"birds@example.com"),
        ("both", b"From: blackbirds@example.com\r\n", b"blackbirds@example.com, birds@example.com"),
        (
            "both",
            b'From: "birds@example.com" <ada@example.com>\r\n',
            b'"birds@example.com" <ada@example.com>, birds@example.com',
        ),
        ("both", FROM + b"Reply-To: a@b.example,\r\n", b"a@b.example, birds@example.com"),
        ("both", b'From: "Ada <ada@example.com>\r\n', b"ada@example.com, birds@example.com"),
        ("both", FROM + b'Reply-To: "Ada\r\n', b'birds@example.com, "Ada'),
        ("both", FROM + REPLY + b"Reply-To: x@y.example\r\n", REPLY[10:-2] + b", x@y.example, birds@example.com"),
        ("poster", FROM + b"Reply-To: , \r\n", b'"Ada =?UTF-8?B?6bu6?=" <ada@example.com>'),
        ("fixed", FROM + REPLY, b"talk@example.org"),
    ],
)
def test_where_replies_go(mode: str, fields: bytes, expected: bytes | None) -> None:
    header = header_after(reply_to.apply, fields, reply_to=mode, reply_to_address="talk@example.org")
    assert first_value(header, b"reply-to") == expected
    assert len(fields_called(header, b"reply-to")) == (expected is not None)


def test_what_is_removed_and_what_stays() -> None:
    kept = (
        b"From: ada@example.com\r\nX-BeenThere: fish@example.org\r\nX-Loop: fish@example.org\r\nDKIM-Signature: v=1\r\n"
    )
    removed = (
        b"Return-Receipt-To: ada@example.com\r\nDisposition-Notification-To: ada@example.com\r\n"
        b"Approved: secret\r\nBcc: eve@example.net\r\nReturn-Path: <x@example.org>\r\nPrecedence: bulk\r\n"
        b"Disposition-Notification-Options: x\r\nX-ML-Info: send # guide to fish@example.org\r\n"
        b"List-Id: <fish.example.org>\r\nLIST-UNSUBSCRIBE-POST: x\r\n y\r\nX-ML-Name: fish\r\nX-Mail-Count: 3\r\n"
    )
    assert header_after(cleaning.apply, kept[:23] + removed + kept[23:]) == kept


def test_the_marks_of_a_list() -> None:
    header = header_after(marks.apply, b"X-Loop: fish@example.com\r\n", number=123)
    assert header == (
        b"X-Loop: fish@example.com\r\nPrecedence: list\r\nX-ML-Name: birds\r\nX-Mail-Count: 123\r\n"
        b"X-Loop: birds@example.com\r\n"
    )


def test_the_fields_of_a_list_without_links() -> None:
    header = header_after(list_fields.apply, b"", description="Birds of the pond")
    assert header == (
        b'List-Id: "Birds of the pond"\r\n <birds.example.com>\r\n'
        b"List-Post: <mailto:birds@example.com>\r\n"
        b"List-Help: <mailto:birds-request@example.com?subject=help>\r\n"
        b"List-Owner: <mailto:birds-owner@example.com>\r\n"
        b"List-Subscribe: <mailto:birds-request@example.com?subject=subscribe>\r\n"
        b"List-Unsubscribe: <mailto:birds-request@example.com?subject=unsubscribe>\r\n"
    )


def test_the_link_comes_first_and_says_that_it_acts() -> None:
    header = header_after(list_fields.apply, b"", links=("https://lists.example.com/l/", ""))
    assert first_value(header, b"list-unsubscribe") == (
        b"<https://lists.example.com/l/>, <mailto:birds-request@example.com?subject=unsubscribe>"
    )
    assert first_value(header, b"list-unsubscribe-post") == b"List-Unsubscribe=One-Click"


def test_without_its_link_a_header_is_as_if_there_had_been_none() -> None:
    subject = b"Subject: herons,\r\n and storks\r\n"
    linked = header_after(list_fields.apply, subject, links=("https://lists.example.com/l/", ""))
    plain = header_after(list_fields.apply, subject)
    assert linked != plain
    assert list_fields.without_link(linked) == plain
    assert list_fields.without_link(plain) == plain


def test_what_is_closed_is_not_offered() -> None:
    post = a_post_out(b"\r\n", posting="nobody", subscription="closed", unsubscription="closed")
    header = list_fields.apply(Copy(b""), post).header
    assert first_value(header, b"list-post") == b"NO"
    assert first_value(header, b"list-subscribe") is None
    assert first_value(header, b"list-unsubscribe") is None


@pytest.mark.parametrize(
    ("description", "expected"),
    [
        ('He said "heron" \\ stork', b'"He said \\"heron\\" \\\\ stork" <birds.example.com>'),
        ("鷺の会", b"=?UTF-8?B?6bq644Gu5Lya?= <birds.example.com>".replace(b"6bq644Gu5Lya", b"6be644Gu5Lya")),
        ("", b"<birds.example.com>"),
    ],
)
def test_the_description_in_list_id(description: str, expected: bytes) -> None:
    assert first_value(header_after(list_fields.apply, b"", description=description), b"list-id") == expected


def test_what_an_address_may_hold_and_a_uri_may_not() -> None:
    header = header_after(list_fields.apply, b"", address="o'neil&co?@example.com")
    assert first_value(header, b"list-post") == b"<mailto:o%27neil%26co%3F@example.com>"
    assert first_value(header, b"list-id") == b"<birds.7.example.com>"
