import pytest
from hypothesis import given
from tests.unit.mailcore.mail.sections import SECTIONS, others
from tests.unit.maildecide.message.steps.standard import header_after

from maildecide.message.steps import sender_field


@pytest.mark.parametrize(
    ("header", "after"),
    [
        (b"From: a@example.com\r\n", b"From: a@example.com\r\nSender: bob@example.net\r\n"),
        (b"From: bob@example.net\r\n", b"From: bob@example.net\r\nSender: bob@example.net\r\n"),
        (
            b"Sender: eve@example.com\r\n (folded)\r\nFrom: a@example.com\r\nSENDER: x\r\n",
            b"Sender: bob@example.net\r\nFrom: a@example.com\r\n",
        ),
        (b"", b"Sender: bob@example.net\r\n"),
    ],
)
def test_set_or_replaced(header: bytes, after: bytes) -> None:
    assert header_after(sender_field.apply, header, sender=True) == after


@pytest.mark.parametrize("sender", ["a@例え.test", '"a\\"b c"@example.net', "飛脚@example.net", "a@[192.0.2.1]"])
def test_the_sender_as_it_was_written(sender: str) -> None:
    assert (
        header_after(sender_field.apply, b"", envelope_sender=sender, sender=True) == f"Sender: {sender}\r\n".encode()
    )


@pytest.mark.parametrize(
    "sender",
    ["", "a@example.net\r\nBcc: all", "a\n@example.net", '"\r"@example.net', "\udcff@example.net", "a\0@b", "a"],
)
def test_nothing_for_the_null_sender_and_what_is_no_address(sender: str) -> None:
    header = b"Sender: eve@example.com\r\n"
    assert header_after(sender_field.apply, header, envelope_sender=sender, sender=True) == header


def test_left_alone_where_the_row_is_off() -> None:
    assert header_after(sender_field.apply, b"A: b\r\n") == b"A: b\r\n"


@given(SECTIONS)
def test_every_other_field_stays_as_it_is(section: bytes) -> None:
    after = header_after(sender_field.apply, section, sender=True)
    assert others(after, b"sender") == others(section, b"sender")
