import hashlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailcore.authentication.dkim.canonical_body import BodyDigest, CanonicalBody, Method

PIECES = st.lists(st.sampled_from([b"a", b"bc", b" ", b"\t", b"\r\n", b"\r\n\r\n", b"  \r\n", b"."]), max_size=30)


def digest_of(method: Method, *pieces: bytes, length: int | None = None) -> BodyDigest:
    digest = BodyDigest(length)
    body = CanonicalBody(method, [digest])
    for piece in pieces:
        body.feed(piece)
    body.finish()
    return digest


def hashed(octets: bytes) -> bytes:
    return hashlib.sha256(octets).digest()


@pytest.mark.parametrize(
    ("body", "simple", "relaxed"),
    [
        # RFC 6376 3.4.5
        (b" C \r\nD \t E\r\n\r\n\r\n", b" C \r\nD \t E\r\n", b" C\r\nD E\r\n"),
        # RFC 6376 3.4.3 and 3.4.4
        (b"", b"\r\n", b""),
        (b"\r\n\r\n", b"\r\n", b""),
        (b" \t\r\n\r\n", b" \t\r\n", b""),
        (b"a", b"a\r\n", b"a\r\n"),
        (b"a\r\n \r\n", b"a\r\n \r\n", b"a\r\n"),
        (b"a\r\n\r\n\r\nb\t\t c  \r\n", b"a\r\n\r\n\r\nb\t\t c  \r\n", b"a\r\n\r\n\r\nb c\r\n"),
        (b"\r\n\r\na\r\n", b"\r\n\r\na\r\n", b"\r\n\r\na\r\n"),
    ],
)
def test_both_forms(body: bytes, simple: bytes, relaxed: bytes) -> None:
    octets = [body[at : at + 1] for at in range(len(body))]
    for pieces in ([body], octets):
        assert digest_of("simple", *pieces).digest() == hashed(simple)
        assert digest_of("relaxed", *pieces).digest() == hashed(relaxed)


@given(PIECES)
def test_pieces_make_no_difference(pieces: list[bytes]) -> None:
    body = b"".join(pieces)
    simple = re.sub(rb"(\r\n)*\Z", b"", body) + b"\r\n"
    lines = [re.sub(rb"[ \t]+", b" ", line).rstrip(b" ") for line in body.split(b"\r\n")]
    relaxed = b"\r\n".join(lines).rstrip(b"\r\n")
    assert digest_of("simple", *pieces).digest() == hashed(simple)
    assert digest_of("relaxed", *pieces).digest() == hashed(relaxed + b"\r\n" if relaxed else b"")


def test_a_part_of_it() -> None:
    part = digest_of("simple", b"abc\r\n", b"def\r\n", length=6)
    assert (part.digest(), part.is_short, part.lacks) == (hashed(b"abc\r\nd"), True, 0)
    whole = digest_of("simple", b"abc\r\n", length=5)
    assert (whole.digest(), whole.is_short, whole.lacks) == (hashed(b"abc\r\n"), False, 0)
    assert digest_of("simple", b"abc\r\n", length=7).lacks == 2
    assert digest_of("relaxed", b"abc\r\n", length=0).digest() == hashed(b"")


def test_blanks_and_empty_lines_are_counted_not_kept() -> None:
    digest = BodyDigest()
    body = CanonicalBody("relaxed", [digest])
    for _ in range(1000):
        body.feed(b"\r\n" * 1000 + b" " * 1000)
    body.feed(b"x")
    body.finish()
    assert digest.digest() == hashed(b"\r\n" * 1_000_000 + b" x\r\n")
