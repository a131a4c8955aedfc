import pytest

from maildecide.lists.author_name import author_name


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (b"Ada Lovelace <ada@example.org>", "Ada Lovelace"),
        (b'"Lovelace, Ada \\"A.\\"" <ada@example.org>', 'Lovelace, Ada "A."'),
        (b"=?UTF-8?B?6be6?= =?UTF-8?B?44Gu5Lya?= <ada@example.org>", "鷺の会"),
        (b"=?ISO-2022-JP?B?GyRCOm0bKEI=?= <ada@example.org>", "鷺"),
        (b'"=?UTF-8?Q?Ad=C3=A4?=" <ada@example.org>', "Adä"),
        ("鷺 <ada@example.org>".encode(), "鷺"),
        (b"ada@example.org (Ada Lovelace)", "Ada Lovelace"),
        (b"<ada@example.org> (late)", ""),
        (b"(Ada) <ada@example.org>", "Ada"),
        (b"ada@example.org", ""),
        (b"ada@example.org, Bea <bea@example.org>", ""),
        (b"Ada <ada@example.org>, Bea <bea@example.org>", "Ada"),
        (b"Birds: Ada <ada@example.org>;", "Ada"),
        (b"Ada\r\n Lovelace\r\n\t<ada@example.org>", "Ada Lovelace"),
        (b'"ada@example.org" <ada@example.org>', "ada"),
        (b'"Ada (ada@example.org)" <ada@example.org>', "Ada (ada)"),
        (b'"Ada <ceo@bank.example>" <eve@example.org>', "Ada <ceo>"),
        (b"=?UTF-8?B?QWRhDQpCY2M6IGV2ZUBleGFtcGxlLm5ldA==?= <ada@example.org>", "Ada Bcc: eve"),
        (b"=?UTF-8?Q?a=E2=80=AEb=00c?= <x@example.org>", "a b c"),
        ("می\u200cگل <x@example.org>".encode(), "می\u200cگل"),
        (b"\xff\xfe <x@example.org>", ""),
        (b"", ""),
        (b'"never ended <x@example.org>', '"never ended'),
        (b"<", ""),
    ],
)
def test_what_people_call_the_author(value: bytes, name: str) -> None:
    assert author_name(b"From: " + value + b"\r\n") == name


def test_a_long_name_is_cut() -> None:
    assert author_name(b"From: " + b"long " * 1_000_000 + b"<x@example.org>\r\n") == ""
    assert len(author_name(b"From: " + b"long " * 200 + b"<x@example.org>\r\n")) == 99
