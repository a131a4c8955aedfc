import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailcore.mail.encoded_words import decoded
from mailcore.mail.headers import split_fields
from mailcore.mail.written_field import written_field


@pytest.mark.parametrize(
    ("value", "raw"),
    [
        ("yes", b"X: yes\r\n"),
        ("飛脚 <a@example.com>", b"X: =?UTF-8?B?6aOb6ISa?= <a@example.com>\r\n"),
        ("a 飛 脚 b", b"X: a =?UTF-8?B?6aObIOiEmg==?= b\r\n"),
        ("  a  b  ", b"X: a  b\r\n"),
        ("w" * 60 + " " + "v" * 60, b"X: " + b"w" * 60 + b"\r\n " + b"v" * 60 + b"\r\n"),
        ("w" * 90, b"X: " + b"w" * 90 + b"\r\n"),
    ],
)
def test_written(value: str, raw: bytes) -> None:
    assert written_field("X", value) == raw


@pytest.mark.parametrize(
    ("value", "raw"),
    [
        ("a b", b"X: a b\r\n"),
        ("a =?utf-8?q?b?= c", b"X: a =?UTF-8?B?PT91dGYtOD9xP2I/PQ==?= c\r\n"),
        ("a\x1b$B", b"X: =?UTF-8?B?YRskQg==?=\r\n"),
        ("w" * 900, b"X: " + b"w" * 900 + b"\r\n"),
    ],
)
def test_a_text_as_it_is_read(value: str, raw: bytes) -> None:
    assert written_field("X", value, is_decoded=True) == raw


def test_a_text_without_blanks_fits_into_lines() -> None:
    raw = written_field("X", "w" * 2000, is_decoded=True)
    assert all(len(line) <= 78 for line in raw.split(b"\r\n"))
    assert decoded(raw.partition(b":")[2]) == "w" * 2000


@pytest.mark.parametrize(("name", "value"), [("X", "a\r\nBcc: b"), ("X", "a\nb"), ("X", "a\0b"), ("X\nY", "a")])
def test_never_more_than_one_line(name: str, value: str) -> None:
    with pytest.raises(ValueError, match="one line"):
        written_field(name, value)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"])))
def test_a_reader_gets_the_value_back(value: str) -> None:
    raw = written_field("X-Name", value)
    (field,) = split_fields(raw)
    assert field.name == b"x-name"
    assert raw.isascii()
    if "=?" not in value:
        assert decoded(raw.partition(b":")[2]) == value.strip(" \t").strip()
