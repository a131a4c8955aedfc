import pytest

from maildecide.message.addons.answer import fields_of, meaning, refuse_unless_message, text_of

BEFORE = b"Received: by us\r\nReceived: by them\r\nDelivered-To: ada@example.com\r\nSubject: x\r\n"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (0, "pass"),
        (10, "replace"),
        (11, "add"),
        (20, "discard"),
        (21, "reject"),
        (22, "trash"),
        (75, "later"),
        (1, "failed"),
        (255, "failed"),
    ],
)
def test_what_a_code_means(code: int, expected: str) -> None:
    assert meaning(code) == expected


@pytest.mark.parametrize(
    ("octets", "expected"),
    [
        (b"X-A: b\n", b"X-A: b\r\n"),
        (b"X-A: b\r\nX-C:d", b"X-A: b\r\nX-C: d\r\n"),
        (b"X-A: b\n  c\n\n", b"X-A: b c\r\n"),
        ("X-A: 飛脚\n".encode(), b"X-A: =?UTF-8?B?6aOb6ISa?=\r\n"),
    ],
)
def test_fields_are_written_as_fields_are(octets: bytes, expected: bytes) -> None:
    assert fields_of(octets) == expected


@pytest.mark.parametrize(
    ("octets", "says"),
    [
        (b"", "no header fields"),
        (b"\n", "no header fields"),
        (b"hello\n", "no header field"),
        (b"X Y: z\n", "no header field"),
        (b"Received: by me\n", "written by servers alone"),
        (b"delivered-to: me\n", "written by servers alone"),
        (b"X-A: \xff\n", "utf-8"),
    ],
)
def test_what_is_no_field_is_refused(octets: bytes, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        fields_of(octets)


@pytest.mark.parametrize(
    ("octets", "expected"),
    [
        (b"no cats\nand more", "no cats"),
        (b"", "the message is refused here"),
        (b"\n\n", "the message is refused here"),
        ("猫\r\n".encode(), "?"),
        (b"x" * 999, "x" * 400),
        (b"a\0b\x1bc", "a b c"),
    ],
)
def test_the_sender_is_told_one_line(octets: bytes, expected: str) -> None:
    assert text_of(octets) == expected


def test_a_message_keeps_where_it_has_been() -> None:
    refuse_unless_message(b"X-New: 1\r\n" + BEFORE, BEFORE)
    for name in (b"Received: by them\r\n", b"Delivered-To: ada@example.com\r\n"):
        with pytest.raises(ValueError, match="loops are found by it"):
            refuse_unless_message(BEFORE.replace(name, b""), BEFORE)


@pytest.mark.parametrize("header", [b"", b"hello\r\n", b" folded\r\n"])
def test_what_is_no_message_is_refused(header: bytes) -> None:
    with pytest.raises(ValueError, match="does not begin with a header field"):
        refuse_unless_message(header, BEFORE)
