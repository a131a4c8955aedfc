"""What leaves has CRLF line ends and doubled dots, wherever the pieces are cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processor.outbound.client.line_ends import DotStuffing, LineEnds

OCTETS = st.text("\r\n.a", max_size=40).map(str.encode)


def normalised(*pieces: bytes) -> bytes:
    ends = LineEnds()
    return b"".join([*(ends.feed(piece) for piece in pieces), ends.finish()])


def stuffed(*pieces: bytes) -> bytes:
    dots = DotStuffing()
    return b"".join(dots.feed(piece) for piece in pieces)


def cut(octets: bytes, places: list[int]) -> list[bytes]:
    ends = sorted(place % (len(octets) + 1) for place in places)
    return [octets[a:b] for a, b in zip([0, *ends], [*ends, len(octets)], strict=True)]


@pytest.mark.parametrize(
    ("octets", "expected"),
    [
        (b"", b""),
        (b"a", b"a\r\n"),
        (b"a\r\n", b"a\r\n"),
        (b"a\nb\rc\r\n", b"a\r\nb\r\nc\r\n"),
        (b"a\r", b"a\r\n"),
        (b"\r\r\n", b"\r\n\r\n"),
        (b"a\n.\nb", b"a\r\n.\r\nb\r\n"),
    ],
)
def test_line_ends(octets: bytes, expected: bytes) -> None:
    assert normalised(octets) == expected


@given(OCTETS, st.lists(st.integers(0, 40), max_size=6))
def test_no_cr_or_lf_stands_alone_wherever_it_is_cut(octets: bytes, places: list[int]) -> None:
    whole = normalised(*cut(octets, places))
    assert whole == normalised(octets)
    rest = whole.replace(b"\r\n", b"")
    assert b"\r" not in rest
    assert b"\n" not in rest
    assert whole == b"" or whole.endswith(b"\r\n")


@given(OCTETS, st.lists(st.integers(0, 40), max_size=6))
def test_dots_are_doubled_at_line_starts_only(octets: bytes, places: list[int]) -> None:
    whole = normalised(octets)
    expected = b"".join(b"." + line if line.startswith(b".") else line for line in whole.splitlines(keepends=True))
    assert stuffed(*cut(whole, places)) == expected
