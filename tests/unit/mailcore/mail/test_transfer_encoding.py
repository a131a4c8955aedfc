"""Encoded content is read back by the standard library."""

from base64 import b64decode
from quopri import decodestring

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailcore.mail.transfer_encoding import Base64, Encoder, QuotedPrintable


def encoded(encoder: Encoder, content: bytes, piece: int) -> bytes:
    pieces = [encoder.feed(content[at : at + piece]) for at in range(0, len(content), piece)]
    return b"".join([*pieces, encoder.finish()])


@given(st.binary(max_size=400), st.integers(1, 120))
def test_base64_takes_anything_in_pieces_of_any_size(content: bytes, piece: int) -> None:
    coded = encoded(Base64(), content, piece)
    lines = coded.split(b"\r\n")
    assert b64decode(coded) == content
    assert all(len(line) == 76 for line in lines[:-1])
    assert 0 < len(lines[-1]) <= 76 or not content


LINES = st.lists(st.binary(max_size=90).map(lambda line: line.translate(None, b"\r\n")), min_size=1, max_size=6)


@given(LINES, st.integers(1, 200))
def test_quoted_printable_takes_lines_in_pieces_of_any_size(lines: list[bytes], piece: int) -> None:
    content = b"\r\n".join(lines)
    coded = encoded(QuotedPrintable(), content, piece)
    assert coded.isascii()
    assert decodestring(coded) == content
    assert all(len(line) <= 76 for line in coded.split(b"\r\n"))
    assert b"\n" not in coded.replace(b"\r\n", b"")


@pytest.mark.parametrize("piece", [1000, 16_384, 100_000])
def test_a_line_without_end_is_not_held(piece: int) -> None:
    content = "飛脚 ".encode() * 20_000 + b"\r\n"
    encoder = QuotedPrintable()
    coded = b""
    for at in range(0, len(content), piece):
        coded += encoder.feed(content[at : at + piece])
        assert len(coded) > at - 20_000
    coded += encoder.finish()
    assert decodestring(coded) == content
    assert all(len(line) <= 76 for line in coded.split(b"\r\n"))


def test_blanks_at_the_end_of_a_line_are_kept() -> None:
    assert encoded(QuotedPrintable(), b"a \r\nb\t\r\n.\r\n", 100) == b"a=20\r\nb=09\r\n=2E\r\n"
