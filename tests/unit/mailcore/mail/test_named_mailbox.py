"""Names before what is in angle brackets, read by Python's own reader of mail."""

from email import message_from_bytes, policy

import pytest

from mailcore.mail.named_mailbox import named_mailbox


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Ada", b'"Ada"\r\n <ada@example.com>'),
        ('Ada "the \\ heron"', b'"Ada \\"the \\\\ heron\\""\r\n <ada@example.com>'),
        ("鷺", b"=?UTF-8?B?6be6?=\r\n <ada@example.com>"),
        ("=?x?q?a?=", b"=?UTF-8?B?PT94P3E/YT89?=\r\n <ada@example.com>"),
        ("", b"<ada@example.com>"),
    ],
)
def test_the_octets(name: str, expected: bytes) -> None:
    assert named_mailbox(name, "ada@example.com") == expected


@pytest.mark.parametrize(
    "name", ["Ada, Bea <eve@example.net>", "鷺の会" * 30, 'Ünïcödé: "x" (y)', "\\", '"', "\\" * 500]
)
def test_whatever_a_name_holds_it_is_one_mailbox(name: str) -> None:
    octets = b"From: " + named_mailbox(name, "ada@example.com") + b"\r\n\r\n"
    assert all(len(line) < 100 for line in octets.split(b"\r\n"))
    (mailbox,) = message_from_bytes(octets, policy=policy.default)["From"].addresses
    assert mailbox.addr_spec == "ada@example.com"
    # Some versions of that reader put blanks between encoded words.
    assert mailbox.display_name.replace(" ", "") == name.replace(" ", "")
