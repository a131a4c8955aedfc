import pytest

from mailcore.bus.subscription import messages_ahead


@pytest.mark.parametrize(("prefetch", "messages"), [(1, 1), (4, 4), (8, 8), (16, 8), (32, 8), (64, 16), (400, 100)])
def test_the_broker_sends_fewer_messages_ahead_than_letters_are_wanted(prefetch: int, messages: int) -> None:
    assert messages_ahead(prefetch) == messages
