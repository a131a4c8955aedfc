import time
from email.header import Header

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailcore.mail.encoded_words import decoded, encoded_words


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (b" hello\r\n", "hello"),
        (b" one\r\n\ttwo\r\n", "one\ttwo"),
        (b"=?UTF-8?B?6aOb6ISa?=", "飛脚"),
        (b"=?utf-8?q?=E9=A3=9B_x?= y", "飛 x y"),
        (b"=?UTF-8*ja?B?6aOb?=", "飛"),
        (b"a =?UTF-8?B?6aOb?=  =?UTF-8?B?6ISa?= b", "a 飛脚 b"),
        (b"=?UTF-8?B?6aOb?= =?ISO-2022-JP?B?GyRCNVMbKEI=?=", "飛脚"),
        (b"=?UTF-8?B?6aM=?= =?UTF-8?B?m+iEmg==?=", "飛脚"),  # a character parted between two words
        (b"=?UTF-8?B?6aOb6ISa?", "=?UTF-8?B?6aOb6ISa?"),
        (b"=?UTF-8?B?6?=", "=?UTF-8?B?6?="),
        (b"=?x-none?Q?abc?=", "abc"),
        (b"[=?UTF-8?Q?a?=]", "[a]"),
        ("raw 飛脚".encode(), "raw 飛脚"),
        (b"", ""),
    ],
)
def test_decoded(value: bytes, text: str) -> None:
    assert decoded(value) == text


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]), min_size=1))
def test_what_is_encoded_is_decoded(text: str) -> None:
    words = encoded_words(text)
    assert all(len(word) <= 75 for word in words)
    assert decoded(b"\r\n ".join(words)) == text
    assert decoded(Header(text, "utf-8").encode().encode()) == text


def test_no_character_is_parted() -> None:
    for word in encoded_words("飛脚" * 40):
        assert "\ufffd" not in decoded(word)


def test_iso_2022_jp() -> None:
    words = encoded_words("件名が長い" * 12, "ISO-2022-JP")
    assert len(words) > 1
    assert decoded(b" ".join(words)) == "件名が長い" * 12
    with pytest.raises(UnicodeEncodeError):
        encoded_words("é", "ISO-2022-JP")


@pytest.mark.parametrize("piece", [b"=?", b"=?a?q?", b"=?a*", b"=?a*b?q?c", b"?=", b" \r\n "])
def test_hostile_values_take_no_longer_than_others(piece: bytes) -> None:
    begun = time.perf_counter()
    decoded(piece * (512 * 1024 // len(piece)))
    assert time.perf_counter() - begun < 2
