"""What happens to a copy that others would refuse: From munged, or the post attached, and when neither is needed."""

from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import dkim
import msgspec
import pytest
from tests.unit.mailcore.authentication.signing import ed25519_record, rsa_record, signed
from tests.unit.maildecide.lists.copy.posts import a_post_out, whole

from mailcore.authentication.results import AuthorPolicy
from mailcore.mail.header_edits import fields_called
from mailcore.mail.headers import first_value
from maildecide.lists.author_standing import AuthorStanding
from maildecide.lists.copy.disowning import is_disowned, signed_digests
from maildecide.lists.copy.munging import munged
from maildecide.lists.copy.order import copy_of
from maildecide.lists.copy.post import Copy, PostOut

POST = (
    b'From: "Ada Lovelace" <ada@example.org>\r\nTo: birds@example.com\r\nSubject: herons\r\n'
    b"Message-ID: <1@example.org>\r\n\r\nA heron.\r\n"
)
PLAIN: dict[str, Any] = {"subject_tag": None}


def a_post_of(octets: bytes = POST, policy: AuthorPolicy = "reject", **changes: Any) -> PostOut:
    """Give a post whose signatures have verified."""
    post = a_post_out(octets, **changes)
    return replace(post, standing=AuthorStanding(policy, frozenset(signed_digests(post.mail.header))))


def read(octets: bytes) -> EmailMessage:
    return message_from_bytes(octets, policy=policy.default)


def munged_header(fields: bytes, **changes: Any) -> bytes:
    post = a_post_of(fields + b"\r\nA heron.\r\n", **changes)
    return munged(Copy(post.mail.header), post).header


@pytest.mark.parametrize(
    ("octets", "policy", "changes", "expected"),
    [
        (POST, "none", {}, False),
        (POST, "quarantine", PLAIN, True),
        (POST, "reject", PLAIN, True),
        (POST, "unknown", PLAIN, True),
        (signed(POST), "reject", PLAIN, False),
        (signed(POST, methods=("simple", "simple")), "reject", PLAIN, False),
        (signed(POST), "unknown", PLAIN, False),
        (signed(POST), "reject", {}, True),
        (signed(POST), "reject", PLAIN | {"reply_to": "list"}, False),
        (signed(POST.replace(b"To:", b"Reply-To: a@b.example\r\nTo:")), "reject", PLAIN | {"reply_to": "list"}, True),
        (signed(POST), "reject", PLAIN | {"footer_text": "below"}, True),
        (signed(POST), "reject", PLAIN | {"header_text": "above"}, True),
        (signed(POST), "reject", PLAIN | {"footer_text": "\n"}, False),
        # One of two that still holds is enough, whichever.
        (signed(signed(POST), selector="ed"), "reject", PLAIN, False),
        (b"DKIM-Signature: v=1; nothing\r\n" + signed(POST), "reject", PLAIN, False),
    ],
)
def test_when_something_has_to_be_done(
    octets: bytes, policy: AuthorPolicy, changes: dict[str, Any], expected: bool
) -> None:
    post = a_post_of(octets, policy, **changes)
    copy = copy_of(post)
    assert (b"via birds" in first_value(copy.header, b"from")) is expected  # type: ignore[operator]  # there is one
    assert is_disowned(copy_of(a_post_of(octets, policy, dmarc="none", **changes)), post) is expected


def test_a_signature_that_nobody_has_verified_is_none() -> None:
    post = replace(a_post_of(signed(POST), **PLAIN), standing=AuthorStanding("reject", frozenset({b"x" * 32})))
    assert is_disowned(copy_of(post), post)


@pytest.mark.parametrize(("selector", "record"), [("rsa", rsa_record()), ("ed", ed25519_record())])
def test_what_is_taken_for_valid_is_valid_to_others(selector: str, record: bytes) -> None:
    sent = whole(a_post_of(signed(POST, selector=selector), reply_to="list", **PLAIN))
    assert b"List-Id: <birds.example.com>" in sent
    assert dkim.verify(sent, dnsfunc=lambda *_, **__: record)


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


SIGNED = signed(POST.replace(b"Subject", b"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nSubject"))


@pytest.mark.parametrize("texts", [{}, {"header_text": "above", "footer_text": "below"}])
def test_what_is_attached_is_as_it_came(texts: dict[str, Any]) -> None:
    message = read(whole(a_post_of(SIGNED, dmarc="wrap", **texts)))
    outer = message
    if texts:
        assert message.get_content_type() == "multipart/mixed"
        above, part, below = message.iter_parts()
        assert [above.get_content().strip(), below.get_content().strip()] == ["above", "below"]
        message = part  # type: ignore[assignment]  # its reader gives these
    assert message.get_content_type() == "message/rfc822"
    assert message["Content-Disposition"] == "inline"
    (inner,) = message.iter_parts()
    assert str(inner["From"]) == "Ada Lovelace <ada@example.org>"
    assert str(inner["Subject"]) == "herons"
    assert inner["List-Id"] is None
    octets = whole(a_post_of(SIGNED, dmarc="wrap", **texts))
    start = octets.index(b"DKIM-Signature")
    assert octets[start:].startswith(SIGNED)
    assert [len(outer.get_all(name, [])) for name in ("From", "Subject", "Message-ID", "List-Id")] == [1, 1, 1, 1]
    assert str(outer["Subject"]) == "[birds] herons"
    assert outer["DKIM-Signature"] is None


def test_secrets_are_not_attached() -> None:
    octets = whole(a_post_of(b"Approved: secret\r\nBcc: eve@example.net\r\n" + POST, dmarc="wrap"))
    assert b"secret" not in octets
    assert b"eve@" not in octets


@pytest.mark.parametrize(
    ("fields", "body", "smtputf8", "expected"),
    [
        (b"", b"A heron.\r\n", False, ("message/rfc822", None)),
        (b"Content-Transfer-Encoding: 8bit\r\n", b"A heron.\r\n", False, ("message/rfc822", "8bit")),
        (b"Content-Transfer-Encoding: Binary\r\n", b"A heron.\r\n", False, ("message/rfc822", "binary")),
        (b"", "鷺\r\n".encode(), False, ("message/rfc822", "8bit")),
        ("X-Bird: 鷺\r\n".encode(), b"A heron.\r\n", False, ("message/rfc822", "8bit")),
        ("X-Bird: 鷺\r\n".encode(), b"A heron.\r\n", True, ("message/global", "8bit")),
    ],
)
def test_how_wide_an_attached_post_is(
    fields: bytes, body: bytes, smtputf8: bool, expected: tuple[str, str | None]
) -> None:
    post = a_post_of(fields + b"From: ada@example.org\r\n\r\n" + body, dmarc="wrap")
    envelope = msgspec.structs.replace(post.mail.envelope, smtputf8=smtputf8)
    post = replace(post, mail=msgspec.structs.replace(post.mail, envelope=envelope))
    message = message_from_bytes(whole(post))
    assert (message.get_content_type(), message["Content-Transfer-Encoding"]) == expected
