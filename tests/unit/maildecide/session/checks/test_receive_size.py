import pytest
from tests.builders import message_facts, smtp_settings

from mailcore import replies
from maildecide.session.checks import receive_size
from maildecide.session.facts import Capacity


@pytest.mark.parametrize(("most", "is_refused"), [(None, False), (1000, False), (999, True)])
def test_receive_size(most: int | None, *, is_refused: bool) -> None:
    reply = receive_size.check(message_facts(size=1000, capacity=Capacity(most, 0)), smtp_settings())
    assert reply == (replies.TOO_BIG_FOR_MAILBOX.about(limit=999) if is_refused else None)
