import pytest
from tests.builders import an_envelope

from maildecide.message.sender_text import sender_text


@pytest.mark.parametrize("sender", ["bob@example.net", "飛脚@例え.test", '"a b"@example.net'])
def test_an_address_as_it_was_written(sender: str) -> None:
    assert sender_text(an_envelope(sender=sender)) == sender


@pytest.mark.parametrize("sender", ["", "bob", "a\r\n@example.net", "a b@example.net"])
def test_what_is_none_is_not_written(sender: str) -> None:
    assert sender_text(an_envelope(sender=sender)) is None
