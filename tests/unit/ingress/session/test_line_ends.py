import re

from hypothesis import given
from hypothesis import strategies as st
from tests.unit.ingress.session.chunks import cut, of_alphabet

from ingress.session.line_ends import LineEnds

BARE = re.compile(rb"\r(?!\n)|(?<!\r)\n")


def passed(chunks: list[bytes], *, normalise: bool) -> tuple[bytes, bool]:
    line_ends = LineEnds(normalise=normalise)
    octets = b"".join(line_ends.feed(chunk) for chunk in chunks) + line_ends.finish()
    return octets, line_ends.found_bare


@given(cut(st.one_of(of_alphabet(b"\r\nx"), st.binary(max_size=40))))
def test_bare_line_ends_are_found_however_they_are_cut(chunks: list[bytes]) -> None:
    whole = b"".join(chunks)
    assert passed(chunks, normalise=False) == (whole, BARE.search(whole) is not None)


@given(cut(st.one_of(of_alphabet(b"\r\nx"), st.binary(max_size=40))))
def test_normalising_makes_them_crlf_and_changes_nothing_else(chunks: list[bytes]) -> None:
    octets, _ = passed(chunks, normalise=True)
    assert octets == BARE.sub(b"\r\n", b"".join(chunks))
