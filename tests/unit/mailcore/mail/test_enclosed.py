from base64 import b64decode

import pytest

from mailcore.mail.enclosed import header_part, is_global, message_fields, part

RFC822 = b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: "


@pytest.mark.parametrize(
    ("header", "found"),
    [(b"Subject: a\r\n", False), ("Subject: 青鷺\r\n".encode(), True), (b"Subject: \x8d\x82\r\n", False)],
)
def test_only_utf_8_makes_it_global(header: bytes, found: bool) -> None:
    assert is_global(header) is found


def test_a_whole_message_is_encoded_only_where_that_is_allowed() -> None:
    assert message_fields(b"Subject: a\r\n", is_8bit=False) == (RFC822 + b"7bit\r\n", False)
    assert message_fields(b"Subject: a\r\n", is_8bit=True) == (RFC822 + b"8bit\r\n", False)
    fields, is_base64 = message_fields("Subject: 青鷺\r\n".encode(), is_8bit=True)
    assert (fields, is_base64) == (b"Content-Type: message/global\r\nContent-Transfer-Encoding: base64\r\n", True)


def test_a_header_section_may_stand_alone() -> None:
    assert header_part(b"Subject: a\r\n") == b"Content-Type: text/rfc822-headers\r\n\r\nSubject: a\r\n"
    assert header_part("Subject: 青鷺\r\n".encode()).startswith(b"Content-Type: message/global-headers\r\n")


@pytest.mark.parametrize("octets", ["青鷺".encode(), b"a" * 999])
def test_what_not_every_server_takes_is_encoded(octets: bytes) -> None:
    fields, _, coded = part("text/plain", octets).partition(b"\r\n\r\n")
    assert fields == b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64"
    assert b64decode(coded) == octets
