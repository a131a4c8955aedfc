"""The relaxed forms, by RFC 6376's own examples, at every cut, and beside dkimpy."""

import hashlib
from base64 import b64encode

import pytest
from dkim.canonicalization import Relaxed
from hypothesis import example, given
from hypothesis import strategies as st

from mailcore.dkim.relaxed import RelaxedBody, body_hash, relaxed_field

EMPTY = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
"""RFC 6376 3.4.4: the hash of an empty body."""
TEXTS = st.lists(st.sampled_from([b" ", b"\t", b"\r\n", b"a", b".", b"\xe9"]), max_size=40).map(b"".join)


@pytest.mark.parametrize(
    ("raw", "relaxed"),
    [
        (b"A: X\r\n", b"a:X"),  # RFC 6376 3.4.5
        (b"B : Y\t\r\n\tZ  \r\n", b"b:Y Z"),
        (b"SUBJect:\r\n", b"subject:"),
        (b"Subject:   \r\n", b"subject:"),
        (b"Subject:\r\n \r\n\thi\r\n", b"subject:hi"),
        (b"Subject\t:a:b\r\n", b"subject:a:b"),
        (b"Subject: a\x0b\x0cb \x0c\r\n", b"subject:a\x0b\x0cb \x0c"),
        ("Subject: 飛脚\u3000 です\r\n".encode(), "subject:飛脚\u3000 です".encode()),
        (b"Subject: " + b"a \t" * 50_000 + b"\r\n", b"subject:" + b"a " * 49_999 + b"a"),
        (b"Subject: no line end", b"subject:no line end"),
    ],
)
def test_fields(raw: bytes, relaxed: bytes) -> None:
    assert relaxed_field(raw) == relaxed


@pytest.mark.parametrize(
    ("body", "relaxed"),
    [
        (b" C \r\nD \t E\r\n\r\n\r\n", b" C\r\nD E\r\n"),  # RFC 6376 3.4.5
        (b"", b""),
        (b"\r\n", b""),
        (b"\r\n\r\n\r\n", b""),
        (b" \t\r\n\r\n", b""),
        (b"a", b"a\r\n"),
        (b"a\r\n", b"a\r\n"),
        (b"\r\n\r\na\r\n", b"\r\n\r\na\r\n"),
        (b"a\r\n \r\n\t\r\nb\r\n \r\n", b"a\r\n\r\n\r\nb\r\n"),
        (b"\ta  \t b\r\n", b" a b\r\n"),
        (b"a b\r\n", b"a b\r\n"),
        (b".\r\n..\r\n", b".\r\n..\r\n"),
        (b"\xff\x00 \x00\r\n", b"\xff\x00 \x00\r\n"),
    ],
)
def test_bodies_cut_anywhere(body: bytes, relaxed: bytes) -> None:
    wanted = hashlib.sha256(relaxed).digest()
    assert body_hash(body) == wanted
    for cut in range(len(body) + 1):
        hashing = RelaxedBody()
        hashing.feed(body[:cut])
        hashing.feed(b"")
        hashing.feed(body[cut:])
        assert hashing.digest() == wanted
        assert hashing.digest() == wanted, "asked twice, it says the same"
    hashing = RelaxedBody()
    for at in range(len(body)):
        hashing.feed(body[at : at + 1])
    assert hashing.digest() == wanted


def test_an_empty_body_has_the_hash_that_the_rfc_names() -> None:
    assert b64encode(RelaxedBody().digest()).decode() == EMPTY


@given(st.lists(TEXTS, max_size=8))
@example([b"a \r", b"\n", b"\r\n", b" ", b"b"])
@example([b"a", b" ", b"\t", b" ", b"b", b"\r\n", b" ", b"\r\n"])
def test_pieces_hash_as_dkimpy_says_of_the_whole(pieces: list[bytes]) -> None:
    hashing = RelaxedBody()
    for piece in pieces:
        hashing.feed(piece)
    # What is sent ends in a line end, or is empty.
    whole = b"".join(pieces)
    if not whole.endswith(b"\r\n"):
        hashing.feed(b"\r\n")
        whole += b"\r\n"
    assert hashing.digest() == hashlib.sha256(Relaxed.canonicalize_body(whole)).digest()


def test_lines_without_end_are_no_burden() -> None:
    hashing = RelaxedBody()
    for _ in range(200):
        hashing.feed(b"\r\n" * 100_000)
        hashing.feed(b" \t" * 100_000)
    hashing.feed(b"\r\n")
    assert b64encode(hashing.digest()).decode() == EMPTY
    hashing.feed(b"x")
    # 200 times 100,000 lines, of which all but the first begin behind the spaces of the one before, and one more.
    assert hashing.digest() == hashlib.sha256(b"\r\n" * 20_000_001 + b"x\r\n").digest()
