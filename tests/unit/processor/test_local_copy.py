import pytest
from tests.builders import MESSAGE_ID, a_mail, an_envelope

from mailcore.errors import Malformed
from mailcore.mail.content import StoredContent
from maildecide.message.actions import StoreLocal
from processor.local_copy import decode, encode, local_copy

EFFECT = StoreLocal("example.com/ada", "ada@example.com")


def test_a_copy_survives_its_job() -> None:
    copy = local_copy(EFFECT, a_mail(), 7)
    assert decode(encode(copy)) == copy
    assert (copy.message_id, copy.settings_revision, copy.content_key) == (MESSAGE_ID, 7, None)


def test_the_head_is_what_is_added_and_the_header() -> None:
    copy = local_copy(EFFECT, a_mail(header=b"X: y\r\n"), 0)
    assert copy.head() == (
        b"Return-Path: <bob@example.net>\r\nDelivered-To: ada@example.com\r\nReceived: by us\r\nX: y\r\n"
    )


def test_the_null_sender_has_an_empty_path() -> None:
    copy = local_copy(EFFECT, a_mail(envelope=an_envelope(sender="")), 0)
    assert copy.head().startswith(b"Return-Path: <>\r\n")


def test_stored_content_is_named() -> None:
    copy = local_copy(EFFECT, a_mail(content=StoredContent("ab" * 16, 9)), 0)
    assert copy.content_key == "ab" * 16


@pytest.mark.parametrize("octets", [b"", b"\xc1", b"\x80"])
def test_what_is_no_copy_is_malformed(octets: bytes) -> None:
    with pytest.raises(Malformed):
        decode(octets)
