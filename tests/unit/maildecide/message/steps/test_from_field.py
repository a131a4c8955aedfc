import pytest
from tests.unit.maildecide.message.steps.standard import header_after

from maildecide.message.steps import from_field


@pytest.mark.parametrize(
    ("header", "after"),
    [
        (b"A: b\r\n", b"A: b\r\nFrom: bob@example.net\r\n"),
        (b"FROM : eve@example.com\r\n", b"FROM : eve@example.com\r\n"),
        (b"Resent-From: x\r\n", b"Resent-From: x\r\nFrom: bob@example.net\r\n"),
    ],
)
def test_added_where_missing(header: bytes, after: bytes) -> None:
    assert header_after(from_field.apply, header, origin=True) == after


def test_nothing_for_the_null_sender() -> None:
    assert header_after(from_field.apply, b"A: b\r\n", envelope_sender="", origin=True) == b"A: b\r\n"


def test_left_alone_where_the_row_is_off() -> None:
    assert header_after(from_field.apply, b"A: b\r\n") == b"A: b\r\n"
