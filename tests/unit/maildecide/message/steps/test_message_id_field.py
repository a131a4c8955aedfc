import pytest
from tests.builders import MESSAGE_ID
from tests.unit.maildecide.message.steps.standard import header_after

from maildecide.message.steps import message_id_field


def test_added_where_missing_from_what_a_repeat_has_too() -> None:
    after = f"A: b\r\nMessage-ID: <{MESSAGE_ID}@mx.example.com>\r\n".encode()
    assert header_after(message_id_field.apply, b"A: b\r\n", message_id=True) == after


@pytest.mark.parametrize("header", [b"Message-Id: <1@x>\r\n", b"message-id:\r\n <1@x>\r\n"])
def test_one_that_is_there_stays(header: bytes) -> None:
    assert header_after(message_id_field.apply, header, message_id=True) == header


def test_left_alone_where_the_row_is_off() -> None:
    assert header_after(message_id_field.apply, b"A: b\r\n") == b"A: b\r\n"
