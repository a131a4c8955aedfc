import re

from hypothesis import given
from hypothesis import strategies as st

from processor.maildir.line_ends import LineEnds

PIECES = st.lists(st.text(alphabet="\r\na", max_size=6).map(str.encode), max_size=8)


def converted(pieces: list[bytes]) -> tuple[bytes, LineEnds]:
    lines = LineEnds()
    octets = b"".join([*map(lines.feed, pieces), lines.close()])
    return octets, lines


@given(PIECES)
def test_the_pieces_make_no_difference(pieces: list[bytes]) -> None:
    whole = b"".join(pieces)
    octets, lines = converted(pieces)
    assert octets == whole.replace(b"\r\n", b"\n")
    assert lines.size == len(octets)
    assert lines.virtual_size == len(re.sub(rb"(?<!\r)\n", b"\r\n", octets))


@given(st.binary(max_size=200), st.integers(0, 200))
def test_lines_that_were_crlf_come_back(octets: bytes, cut: int) -> None:
    """What a client sends with LF as CRLF lies in the file as it was, whatever else is in it."""
    wire = octets.replace(b"\n", b"\r\n")
    assert converted([wire[:cut], wire[cut:]])[0] == octets


def test_nothing_gives_nothing() -> None:
    octets, lines = converted([])
    assert (octets, lines.size, lines.virtual_size) == (b"", 0, 0)
