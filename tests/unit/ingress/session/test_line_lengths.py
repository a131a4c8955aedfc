import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.ingress.session.chunks import cut

from ingress.session.line_lengths import LineLengths

text = st.lists(st.integers(0, 20), max_size=8).map(lambda lengths: b"".join(b"x" * n + b"\r\n" for n in lengths))


def exceeded(chunks: list[bytes], most: int) -> bool:
    lengths = LineLengths(most)
    for chunk in chunks:
        lengths.feed(chunk)
    return lengths.exceeded


@given(cut(st.tuples(text, st.integers(0, 20)).map(lambda pair: pair[0] + b"x" * pair[1])), st.integers(2, 24))
def test_a_line_is_too_long_however_it_is_cut(chunks: list[bytes], most: int) -> None:
    lines = b"".join(chunks).splitlines(keepends=True)
    assert exceeded(chunks, most) == any(len(line) > most for line in lines)


@pytest.mark.parametrize(("length", "is_exceeded"), [(65_534, False), (65_535, True)])
def test_crlf_counts(length: int, is_exceeded: bool) -> None:
    assert exceeded([b"a\r\n", b"x" * length + b"\r\n", b"b\r\n"], 65_536) is is_exceeded
