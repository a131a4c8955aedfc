import pytest
from tests.list_builders import a_post

from maildecide.lists.authors import authors_of


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
        (b"From: <" + b"a" * 65 + b"@example.com>\r\n", ()),
        (b"From: " + b", ".join(b"a%d@example.com" % n for n in range(21)) + b"\r\n", ()),
    ],
)
def test_whom_from_names(fields: bytes, authors: tuple[str, ...]) -> None:
    assert authors_of(a_post(fields + b"\r\n")) == authors
