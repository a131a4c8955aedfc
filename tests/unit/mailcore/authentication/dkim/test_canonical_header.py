import pytest

from mailcore.authentication.dkim.canonical_body import Method
from mailcore.authentication.dkim.canonical_header import SignedHeader, canonical_field, without_signature
from mailcore.mail.headers import split_fields

# RFC 6376 3.4.5
SECTION = b"A: X\r\nB : Y\t\r\n\tZ  \r\n"


@pytest.mark.parametrize(
    ("raw", "relaxed"),
    [
        (b"A: X\r\n", b"a:X\r\n"),
        (b"B : Y\t\r\n\tZ  \r\n", b"b:Y Z\r\n"),
        (b"SUBJECT:\r\n  a  b:c \t\r\n", b"subject:a b:c\r\n"),
        (b"X:\r\n", b"x:\r\n"),
        (b"X: no end", b"x:no end\r\n"),
    ],
)
def test_a_field(raw: bytes, relaxed: bytes) -> None:
    assert canonical_field(raw, "relaxed") == relaxed
    assert canonical_field(raw, "simple") == raw.removesuffix(b"\r\n") + b"\r\n"


@pytest.mark.parametrize(
    ("raw", "bare"),
    [
        (b"DKIM-Signature: v=1; b=abc; bh=def\r\n", b"DKIM-Signature: v=1; b=; bh=def\r\n"),
        (b"DKIM-Signature: v=1; bh=def;\r\n\tb=ab\r\n c=\r\n", b"DKIM-Signature: v=1; bh=def;\r\n\tb="),
        (b"DKIM-Signature: b = abc ; x=b=1", b"DKIM-Signature: b =; x=b=1"),
        (b"DKIM-Signature:b=abc", b"DKIM-Signature:b="),
    ],
)
def test_without_what_it_signs_with(raw: bytes, bare: bytes) -> None:
    assert without_signature(raw) == bare


@pytest.mark.parametrize(
    ("names", "fields"),
    [
        ((b"a", b"b"), [b"A: X\r\n", b"B : Y\t\r\n\tZ  \r\n"]),
        ((b"b", b"a", b"c"), [b"B : Y\t\r\n\tZ  \r\n", b"A: X\r\n"]),
        ((b"a", b"a"), [b"A: X\r\n"]),
        ((), []),
    ],
)
def test_what_is_signed(names: tuple[bytes, ...], fields: list[bytes]) -> None:
    signed = SignedHeader(split_fields(SECTION)).octets(names, b"S: b=x\r\n", "simple")
    assert list(signed) == [*fields, b"S: b="]


@pytest.mark.parametrize("method", ["simple", "relaxed"])
def test_of_fields_of_one_name_the_last_come_first(method: Method) -> None:
    header = SignedHeader(split_fields(b"a:1\r\nb:2\r\na:3\r\na:4\r\n"))
    for _ in range(2):
        assert list(header.octets((b"a", b"b", b"a"), b"s:", method)) == [b"a:4\r\n", b"b:2\r\n", b"a:3\r\n", b"s:"]
