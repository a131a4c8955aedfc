import pytest
from tests.builders import message_facts, smtp_settings

from mailcore import replies
from maildecide.session.checks import room
from maildecide.session.facts import Capacity


@pytest.mark.parametrize(("left", "is_refused"), [(None, False), (1000, False), (999, True), (0, True)])
def test_room(left: int | None, *, is_refused: bool) -> None:
    reply = room.check(message_facts(size=1000, capacity=Capacity(0, left)), smtp_settings())
    assert reply == (replies.OVER_QUOTA if is_refused else None)
