import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.ingress.session.chunks import cut, of_alphabet

from ingress.session.header_size import HeaderSize


def follow(chunks: list[bytes], most: int) -> HeaderSize:
    size = HeaderSize(most)
    for chunk in chunks:
        size.feed(chunk)
    return size


@given(cut(of_alphabet(b"\r\nx")), st.integers(0, 40))
def test_the_size_does_not_depend_on_the_cuts(chunks: list[bytes], most: int) -> None:
    whole = b"".join(chunks)
    end = (b"\r\n" + whole).find(b"\r\n\r\n")
    size = follow(chunks, most)
    assert size.is_complete == (end >= 0)
    assert size.exceeded == ((end if end >= 0 else len(whole)) > most)


@pytest.mark.parametrize(
    ("message", "most", "is_exceeded"),
    [
        (b"A: b\r\n\r\n" + b"x" * 100, 6, False),
        (b"A: b\r\n\r\n", 5, True),
        (b"\r\n" + b"x" * 100, 0, False),
        (b"x" * 7, 6, True),
    ],
)
def test_the_body_does_not_count(message: bytes, most: int, is_exceeded: bool) -> None:
    assert follow([message], most).exceeded is is_exceeded
