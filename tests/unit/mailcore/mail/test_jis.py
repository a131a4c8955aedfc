import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailcore.mail.charset import text_of, undeclared_text
from mailcore.mail.jis import jis_text


@pytest.mark.parametrize(
    ("octets", "text"),
    [
        (b"a \x1b$B7oL>\x1b(B b", "a 件名 b"),
        # NEC's row 13, and what NEC has chosen of IBM's characters.
        (b"\x1b$B-!7oL>\x1b(B", "①件名"),
        (b"\x1b$B-j\x1b(B", "㈱"),
        (b"\x1b$B|b66\x1b(B", "髙橋"),
        (b"\x1b$@7oL>-!\x1b(J!", "件名①!"),
        (b"\x1b(I67\x1b(B \x1b$B-!\x1b(B", "ｶｷ ①"),
        # Cells on both sides of DEL, in rows of both kinds.
        (b"\x1b$B%^%_%`%a-!$^$_$`$a\x1b(B", "マミムメ①まみむめ"),
        # A line begins in ASCII.
        (b'\x1b$B-!\r\nabc\x1b$B-"\x1b(B', "①\r\nabc②"),
        (b"\x1b$B-! 7o\x1b(B", "① 件"),
        (b"\x1b$B-!7\x1b(B", "①\ufffd"),
        (b"\x1b$B\x7e\x7e\x1b(B\xff", "\ufffd\ufffd"),
        ("é ".encode() + b"\x1b$B-!\x1b(B", "é ①"),
    ],
)
def test_as_it_is_really_written(octets: bytes, text: str) -> None:
    assert jis_text(octets) == text
    assert text_of(octets, "ISO-2022-JP") == undeclared_text(octets) == text


@given(st.lists(st.sampled_from([b"\x1b$B", b"\x1b(B", b"\x1b(I", b"\x1b", b"-!", b"7o", b"\n", b"\xff", b"!"])))
def test_never_raises(pieces: list[bytes]) -> None:
    jis_text(b"".join(pieces))


@pytest.mark.parametrize("text", ["〜\u2212‖", "ｶｷ 件名", "鷗"])
def test_what_is_lawful_is_read_as_ever(text: str) -> None:
    assert jis_text(text.encode("iso2022_jp_ext")) == text
