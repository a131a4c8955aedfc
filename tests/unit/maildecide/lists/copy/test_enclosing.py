"""A post that is attached to a message from the list, read by Python's own reader of mail."""

from dataclasses import replace
from email import message_from_bytes
from typing import Any

import msgspec
import pytest
from tests.unit.mailcore.authentication.signing import signed
from tests.unit.maildecide.lists.copy.posts import POST, a_post_of, read, whole

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
