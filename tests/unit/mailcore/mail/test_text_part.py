from email import message_from_bytes, policy

import pytest

from mailcore.mail.text_part import text_part


@pytest.mark.parametrize(
    ("text", "encoding", "read"),
    [
        ("hello", "7bit", "hello\n"),
        ("two\nlines\r\nthree\rfour\n\n", "7bit", "two\nlines\nthree\nfour\n"),
        ("留守です\n", "base64", "留守です\n"),
        ("x" * 999, "base64", "x" * 999 + "\n"),
        ("a\0b", "base64", "a\0b\n"),
        ("trailing  \nblanks \n", "7bit", "trailing  \nblanks \n"),
        ("", "7bit", "\n"),
    ],
)
def test_a_text_is_read_as_it_was_written(text: str, encoding: str, read: str) -> None:
    fields, body = text_part(text)
    assert (fields + body).isascii()
    assert all(len(line) <= 998 for line in (fields + body).split(b"\r\n"))
    message = message_from_bytes(fields + b"\r\n" + body, policy=policy.default)
    assert message["Content-Transfer-Encoding"] == encoding
    assert message.get_content().replace("\r\n", "\n") == read
