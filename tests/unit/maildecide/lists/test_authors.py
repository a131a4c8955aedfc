from contextlib import suppress
from itertools import product

import msgspec
import pytest
from tests.list_builders import a_post

from mailcore.authentication.author import author_domains
from mailcore.authentication.results import Authentication, DmarcVerdict
from mailcore.mail.headers import split_fields
from mailcore.mail.incoming import Marks
from maildecide.lists.authors import authors_of, is_known_author

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
        (b"From: <eve@example.net>\\,ada@example.com\r\n", ("eve@example.net", "ada@example.com")),
        (b"From: eve@example.net\\,ada@example.com\r\n", ()),
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


@pytest.mark.parametrize(
    ("found", "account", "is_known"),
    [
        (None, "", False),
        (Authentication(), "", False),
        (Authentication(is_aligned=True), "", True),
        (Authentication(dmarc=DmarcVerdict("none"), is_aligned=True), "", True),
        (Authentication(dmarc=DmarcVerdict("temperror"), is_aligned=True), "", True),
        # The record asks for more than is_aligned does.
        (Authentication(dmarc=DmarcVerdict("fail"), is_aligned=True), "", False),
        (None, "ada@example.com", True),
        (None, "bo@example.com", False),
    ],
)
def test_an_author_is_known_by_his_domain_or_by_his_password(
    found: Authentication | None, account: str, is_known: bool
) -> None:
    mail = msgspec.structs.replace(a_post(), marks=Marks(authentication=found))
    client = msgspec.structs.replace(mail.arrival.client, account=account or None)
    mail = msgspec.structs.replace(mail, arrival=msgspec.structs.replace(mail.arrival, client=client))
    assert is_known_author(mail, authors_of(mail)) is is_known
