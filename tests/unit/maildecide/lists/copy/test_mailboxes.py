"""What can stand beside other addresses, and what would swallow them."""

import time

import pytest

from maildecide.lists.copy.mailboxes import joined, value_of


@pytest.mark.parametrize(
    "value",
    [
        b"ada@example.com",
        b'"Ada, of \\"Hull\\"" <ada@example.com>',
        b"Ada (of (Hull <)) <ada@example.com>,\r\n bea@example.com (\\))",
        b"Friends: ada@example.com, bea@example.com;",
        b'"a b"@example.com',
        b"\xe9\xb7\xba <ada@example.com>",
        b'ada@example.com (6")',
        b"",
    ],
)
def test_what_is_closed_stays_as_it_is_written(value: bytes) -> None:
    assert value_of(b"From: " + value + b"\r\n") == value


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b", ada@example.com , ,", b"ada@example.com"),
        (b'"Ada <ada@example.com>', b"ada@example.com"),
        (b"ada@example.com (Ada", b"ada@example.com"),
        (b'bea@example.com, ada@example.com "', b"ada@example.com,\r\n bea@example.com"),
        (b"Ada <ada@example.com", b"ada@example.com"),
        (b"ada@example.com) (Ada", b"ada@example.com"),
        (b"Ada <a@b <ada@example.com>", b"Ada <a@b <ada@example.com>"),
        # Nobody can be read: better something than nothing.
        (b"\x1b$B:m\x1b(B <ada@example.com>", b"\x1b$B:m\x1b(B <ada@example.com>"),
    ],
)
def test_what_is_left_open_gives_its_addresses(value: bytes, expected: bytes) -> None:
    assert value_of(b"From: " + value + b"\r\n") == expected


def test_what_opens_without_end_takes_no_time() -> None:
    begun = time.process_time()
    for value in (b"<" * 200_000, b"(" * 200_000, b"(<" * 100_000, b'"\\' * 100_000):
        value_of(b"From: " + value + b"\r\n")
    assert time.process_time() - begun < 20


def test_each_has_a_line() -> None:
    assert joined([b"a@example.com", b"", b"b@example.com"]) == b"a@example.com,\r\n b@example.com"
