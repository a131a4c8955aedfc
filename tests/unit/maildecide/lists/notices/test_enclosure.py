from base64 import b64decode

import msgspec
from tests.list_builders import a_post

from maildecide.lists.notices.enclosure import enclosed


def test_a_message_is_enclosed_as_it_is() -> None:
    post = a_post(b"Subject: a\r\n\r\nA heron.\r\n")
    found = enclosed(post, b"\r\nA heron.\r\n")
    assert found.part == (
        b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: 7bit\r\n\r\nSubject: a\r\n\r\nA heron.\r\n"
    )
    assert not found.is_8bit


def test_of_one_that_is_not_at_hand_there_is_the_header_section() -> None:
    found = enclosed(a_post(b"Subject: a\r\n\r\nx\r\n"), None)
    assert found.part == b"Content-Type: text/rfc822-headers\r\n\r\nSubject: a\r\n"


def test_a_header_section_in_utf_8_has_a_type_that_may_be_encoded() -> None:
    header = "Subject: 青鷺\r\n".encode()
    found = enclosed(a_post(header + b"\r\nx\r\n"), b"\r\nx\r\n")
    fields, _, coded = found.part.partition(b"\r\n\r\n")
    assert fields == b"Content-Type: message/global\r\nContent-Transfer-Encoding: base64"
    assert b64decode(coded) == header + b"\r\nx\r\n"
    assert not found.is_8bit
    alone = enclosed(a_post(header + b"\r\nx\r\n"), None).part
    assert alone.startswith(b"Content-Type: message/global-headers\r\nContent-Transfer-Encoding: base64\r\n\r\n")


def test_what_is_not_made_of_lines_is_not_enclosed() -> None:
    post = a_post(b"Subject: a\r\n\r\n\0\r\n")
    post = msgspec.structs.replace(post, envelope=msgspec.structs.replace(post.envelope, body="BINARYMIME"))
    assert enclosed(post, b"\r\n\0\r\n").part == b"Content-Type: text/rfc822-headers\r\n\r\nSubject: a\r\n"
