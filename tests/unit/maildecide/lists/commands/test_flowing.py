"""Lines that programs broke are whole again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maildecide.lists.commands.flowing import whole_lines
from maildecide.lists.commands.plain_text import readable_text, written_text


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        (
            "add a@example.net \r\nb@example.net \r\nc@example.net\r\noff\r\n",
            "add a@example.net b@example.net c@example.net\noff",
        ),
        ("one\ntwo", "one\ntwo"),
        ("one \n> two \n> three\nfour", "one \n>two three\nfour"),
        (" >not quoted", ">not quoted"),
        ("help \n-- \nAda ", "help \n-- \nAda "),
        ("", ""),
    ],
)
def test_a_blank_at_the_end_goes_on_in_the_next_line_at_its_depth(text: str, whole: str) -> None:
    assert whole_lines(text, without_blank=False) == whole


def test_the_blank_may_be_none_of_the_text() -> None:
    assert whole_lines("登録 山 \n田 花子", without_blank=True) == "登録 山田 花子"


@given(st.text(alphabet="> -a\n"), st.booleans())
def test_nothing_that_is_written_is_lost(text: str, without_blank: bool) -> None:
    assert whole_lines(text, without_blank=without_blank).count("a") == text.count("a")


@pytest.mark.parametrize("parameter", ["format=flowed", 'Format="FLOWED"; delsp=no'])
def test_commands_are_read_so_and_nothing_else_is(parameter: str) -> None:
    octets = f"Content-Type: text/plain; charset=us-ascii; {parameter}\r\n\r\nadd a \r\nb\r\n".encode()
    assert written_text(octets) == "add a b"
    assert readable_text(octets) == "add a \r\nb\r\n"
    assert written_text(octets.replace(parameter.encode(), b"format=fixed")) == "add a \r\nb\r\n"


def test_html_is_read_where_there_is_no_plain_text() -> None:
    assert written_text(b"Content-Type: text/html; format=flowed\r\n\r\n<p>off</p>").strip() == "off"
    assert written_text(b"Content-Type: image/png\r\n\r\nx") == ""
