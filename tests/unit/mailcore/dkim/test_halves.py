"""A message in pieces becomes its header section and the hash of its body."""

import pytest

from mailcore.dkim.halves import MOST_HEADER, Halves
from mailcore.dkim.relaxed import body_hash
from mailcore.errors import Malformed


@pytest.mark.parametrize(
    ("octets", "header", "body"),
    [
        (b"A: x\r\nB: y\r\n\r\nhi\r\n", b"A: x\r\nB: y\r\n", b"hi\r\n"),
        (b"\r\nhi\r\n", b"", b"hi\r\n"),
        (b"\r\n", b"", b""),
        (b"", b"", b""),
        (b"A: x\r\n", b"A: x\r\n", b""),
        (b"A: x\r\n\r\n", b"A: x\r\n", b""),
        (b"A: x\r\n\r\n\r\n\r\nhi\r\n\r\n", b"A: x\r\n", b"\r\n\r\nhi\r\n"),
    ],
)
def test_cut_anywhere(octets: bytes, header: bytes, body: bytes) -> None:
    for cut in range(len(octets) + 1):
        halves = Halves()
        halves.feed(octets[:cut])
        halves.feed(octets[cut:])
        assert (halves.header, halves.hashed) == (header, body_hash(body))


@pytest.mark.parametrize("ends", [True, False])
def test_a_header_section_without_end_is_not_held(ends: bool) -> None:
    line = b"X: " + b"y" * 1000 + b"\r\n"
    halves = Halves()
    for _ in range(MOST_HEADER // len(line)):
        halves.feed(line)
    with pytest.raises(Malformed, match="longer than"):
        halves.feed(line)
    with pytest.raises(Malformed, match="longer than"):
        Halves().feed(line * (MOST_HEADER // len(line) + 2) + b"\r\n" * ends)
