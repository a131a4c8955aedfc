import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailcore.mail.charset import text_of, undeclared_text

TEXT = "件名ｶﾅ"


@pytest.mark.parametrize("charset", ["utf-8", "shift_jis", "euc-jp", "iso-2022-jp-ext"])
def test_japanese(charset: str) -> None:
    assert text_of(TEXT.encode("cp932" if charset == "shift_jis" else charset), charset) == TEXT


@pytest.mark.parametrize(("octets", "charset", "text"), [(b"\x87\x40", "Shift_JIS", "①"), (b"\x80", "iso-8859-1", "€")])
def test_a_charset_that_is_said_when_a_wider_one_is_meant(octets: bytes, charset: str, text: str) -> None:
    assert text_of(octets, charset) == text


def test_without_a_charset() -> None:
    assert undeclared_text("件名".encode("iso2022_jp")) == "件名"
    assert undeclared_text("件名".encode()) == "件名"
    assert undeclared_text(b"a\xff") == "a\ufffd"


@given(
    st.binary(max_size=40),
    st.sampled_from(["zip", "base64", "idna", "punycode", "utf-7", "x", "", "rot13", "undefined", "utf\0-8", "\udcff"]),
)
def test_never_raises(octets: bytes, charset: str) -> None:
    text_of(octets, charset)


@pytest.mark.parametrize("charset", ["idna", "punycode"])
def test_codecs_that_are_slow_are_not_used(charset: str) -> None:
    begun = time.perf_counter()
    text_of(b"xn--" + b"a" * 200_000, charset)
    assert time.perf_counter() - begun < 0.5
