import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.ingress.session.chunks import cut, of_alphabet

from ingress.session.dots import DotReader


def read(chunks: list[bytes]) -> tuple[bytes, bytes | None]:
    dots, content = DotReader(), b""
    for number, chunk in enumerate(chunks):
        octets, rest = dots.feed(chunk)
        content += octets
        if rest is not None:
            return content, rest + b"".join(chunks[number + 1 :])
    return content, None


def line_by_line(octets: bytes) -> tuple[bytes, bytes] | None:
    """RFC 5321 4.5.2 as it is written, for messages that end."""
    content = b""
    while b"\r\n" in octets:
        line, _, octets = octets.partition(b"\r\n")
        if line == b".":
            return content, octets
        content += line.removeprefix(b".") + b"\r\n"
    return None


@given(cut(of_alphabet(b"\r\n.x")), st.booleans())
def test_content_is_that_of_the_rfc_however_it_is_cut(chunks: list[bytes], ends: bool) -> None:
    if ends:
        chunks = [*chunks, b"\r\n.\r\nNOOP\r\n"]
    content, rest = read(chunks)
    expected = line_by_line(b"".join(chunks))
    if expected is None:
        assert rest is None
    else:
        assert (content, rest) == expected


@pytest.mark.parametrize(
    "lookalike", [b"\n.\n", b"\r\n.\n", b"\n.\r\n", b"\r.\r", b"\r\n.\rX", b"\r.\r\n", b"\r\r\n.\n"]
)
def test_lookalikes_do_not_end_a_message(lookalike: bytes) -> None:
    content, rest = read([b"a", lookalike, b"MAIL FROM:<x@example.org>\r\n"])
    assert rest is None
    assert content.startswith(b"a")


@pytest.mark.parametrize(
    ("octets", "content"),
    [
        (b"", b""),
        (b".", b""),
        (b".\r", b""),
        (b"a", b"a"),
        (b"a\r", b"a"),
        (b"a\r\n", b"a\r\n"),
        (b"a\r\n.", b"a\r\n"),
        (b"a\r\n.\r", b"a\r\n"),
        (b"a\r\n\r\n", b"a\r\n\r\n"),
    ],
)
def test_a_message_that_is_abandoned_keeps_the_line_ends_that_came(octets: bytes, content: bytes) -> None:
    dots = DotReader()
    begun, rest = dots.feed(octets)
    assert rest is None
    assert begun + dots.abandon() == content
