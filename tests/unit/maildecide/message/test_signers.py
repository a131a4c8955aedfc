"""Whose signature a message gets."""

import pytest

from maildecide.message.signers import author_signers, server_signers


@pytest.mark.parametrize(
    ("header", "signers"),
    [
        (b"From: Ada <ada@example.org>\r\n", ("example.org",)),
        (b"Subject: x\r\nfrom: ada@EXAMPLE.org\r\n", ("example.org",)),
        ("From: エイダ <ada@例え.テスト>\r\n".encode(), ("xn--r8jz45g.xn--zckzah",)),
        (b"From: a@example.org, b@example.net, c@example.org\r\n", ("example.org", "example.net")),
        (b'From: "eve@example.net" <ada@example.org>\r\n', ("example.org",)),
        (b"From: a@example.org\r\nFrom: b@example.net\r\n", ()),
        (b"From: nobody\r\n", ()),
        (b"From:\r\n", ()),
        (b"Subject: nobody wrote it\r\n", ()),
        (b"", ()),
    ],
)
def test_the_author_s_domain_signs(header: bytes, signers: tuple[str, ...]) -> None:
    assert author_signers(header) == signers


@pytest.mark.parametrize(
    ("hostname", "signers"),
    [
        ("MX1.mail.Example.org", ("mx1.mail.example.org", "mail.example.org", "example.org")),
        ("example.org.", ("example.org",)),
        ("localhost", ()),
    ],
)
def test_a_server_signs_by_the_domain_that_it_is_in(hostname: str, signers: tuple[str, ...]) -> None:
    assert server_signers(hostname) == signers
