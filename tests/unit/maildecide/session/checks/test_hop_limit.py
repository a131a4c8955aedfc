import pytest
from tests.builders import message_facts, smtp_settings

from mailcore import replies
from mailcore.replies import Reply
from maildecide.session.checks import hop_limit


@pytest.mark.parametrize(
    ("max_hops", "hops", "reply"),
    [
        (100, 99, None),
        (100, 100, replies.TOO_MANY_HOPS.about(limit=100)),
        (100, 101, replies.TOO_MANY_HOPS.about(limit=100)),
        (1, 0, None),
        (1, 1, replies.TOO_MANY_HOPS.about(limit=1)),
        (0, 5000, None),
    ],
)
def test_hop_limit(max_hops: int, hops: int, reply: Reply | None) -> None:
    assert hop_limit.check(message_facts(hops=hops), smtp_settings(max_hops=max_hops)) == reply
