"""What is covered, how often, and what others may add."""

import pytest

from mailcore.dkim.signed_names import signed_names
from mailcore.mail.headers import split_fields


def names(section: bytes) -> list[str]:
    return [name.decode() for name in signed_names(split_fields(section))]


def test_what_a_reader_is_shown_is_sealed_even_where_it_is_not() -> None:
    assert names(b"") == ["from", "reply-to", "to", "cc", "subject"]
    assert names(b"From: a\r\nFrom: b\r\n")[:4] == ["from", "from", "from", "reply-to"]


@pytest.mark.parametrize(
    ("field", "times"),
    [
        (b"Date: x\r\n", 2),
        (b"content-TYPE : x\r\n", 2),
        (b"List-Unsubscribe: <https://lists.example.org/u>\r\n", 2),
        (b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n", 2),
        (b"Resent-To: x\r\n", 1),
        (b"Resent-To: x\r\nResent-To: y\r\n", 2),
        (b"Received: x\r\n", 0),
        (b"Return-Path: <x>\r\n", 0),
        (b"X-Spam-Flag: no\r\n", 0),
        (b"DKIM-Signature: v=1\r\n", 0),
        (b"no field at all\r\n", 0),
    ],
)
def test_what_else_is_covered(field: bytes, times: int) -> None:
    name = field.partition(b":")[0].strip().lower().decode()
    assert names(b"From: a\r\n" + field).count(name) == times
    assert names(b"From: a\r\n").count(name) == 0
