from contextlib import suppress
from itertools import product

import pytest
from tests.list_builders import a_post

from mailcore.authentication.author import author_domains
from mailcore.mail.headers import split_fields
from maildecide.lists.authors import authors_of

_PIECES = (
    "ada@a.test",
    "<eve@e.test>",
    "<eve@e.test",
    "\\<eve@e.test>",
    '"eve"@e.test',
    "<",
    ">",
    ",",
    ";",
    ":",
    "(",
    ")",
    '"',
    " x",
)


@pytest.mark.parametrize(
    ("fields", "authors"),
    [
        (b"From: ada@Example.COM\r\n", ("ada@example.com",)),
        (b'From: "Lovelace, Ada" <ada@example.com>\r\n', ("ada@example.com",)),
        (b'From: "<eve@example.net>" <ada@example.com>\r\n', ("ada@example.com",)),
        (b"From: eve@example.net <ada@example.com>\r\n", ("ada@example.com",)),
        (b"From: ada@example.com (eve@example.net, or (not))\r\n", ("ada@example.com",)),
        (b"From: =?UTF-8?B?6be6?= <ada@example.com>,\r\n bo@example.org\r\n", ("ada@example.com", "bo@example.org")),
        (b"From: ada@example.com, ADA@example.com, ada@example.com\r\n", ("ada@example.com", "ADA@example.com")),
        (b"From: friends: ada@example.com, bo@example.org;\r\n", ("ada@example.com", "bo@example.org")),
        (b'From: "o brien"@example.com\r\n', ('"o brien"@example.com',)),
        (b'From: X <"o brien"@example.com>\r\n', ('"o brien"@example.com',)),
        ("From: 飛脚@例え.jp\r\n".encode(), ("飛脚@xn--r8jz45g.jp",)),
        (b"From: ada@example.com\r\nFrom: eve@example.net\r\n", ("ada@example.com", "eve@example.net")),
        (b"From: ada@example.com, nobody\r\n", ()),
        (b"From: Ada\r\n", ()),
        (b"From:\r\n", ()),
        (b"Subject: none\r\n", ()),
        (b"From: undisclosed:;\r\n", ()),
        (b'From: "unclosed <ada@example.com>\r\n', ("ada@example.com",)),
        (b"From: ada@example.com <eve@example.net><\r\n", ("eve@example.net",)),
        (b"From: ada@example.com <>\r\n", ()),
        (b"From: <ada@example.com> <eve@example.net>\r\n", ("ada@example.com", "eve@example.net")),
        (b"From: <ada@example.com\r\n", ("ada@example.com",)),
        (b"From: \\<eve@example.net>:ada@example.com\r\n", ("eve@example.net",)),
        (b"From: EXAMPLE\\ada <ada@example.com>\r\n", ("ada@example.com",)),
        (b"From: <eve@example.net<ada@example.com>\r\n", ()),
        (b"From: eve@example.net> ada@example.com\r\n", ()),
        (b"From: <" + b"a" * 65 + b"@example.com>\r\n", ()),
        (b"From: " + b", ".join(b"a%d@example.com" % n for n in range(21)) + b"\r\n", ()),
    ],
)
def test_whom_from_names(fields: bytes, authors: tuple[str, ...]) -> None:
    assert authors_of(a_post(fields + b"\r\n")) == authors


def test_nobody_is_an_author_whose_domain_was_not_asked_about() -> None:
    for pieces in (one for count in (1, 2, 3) for one in product(_PIECES, repeat=count)):
        field = f"From: {''.join(pieces)}\r\n".encode()
        authors = authors_of(a_post(field + b"\r\n"))
        with suppress(ValueError):
            vouched_for = author_domains(split_fields(field))
            assert {one.rpartition("@")[2] for one in authors} <= set(vouched_for), field
