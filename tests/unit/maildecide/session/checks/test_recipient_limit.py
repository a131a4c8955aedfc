import pytest
from tests.builders import rcpt_facts, smtp_settings

from mailcore import replies
from mailcore.replies import Reply
from maildecide.session.checks import recipient_limit


@pytest.mark.parametrize(
    ("max_recipients", "accepted_so_far", "reply"),
    [
        (100, 0, None),
        (100, 99, None),
        (100, 100, replies.TOO_MANY_RECIPIENTS.about(limit=100)),
        (1, 0, None),
        (1, 1, replies.TOO_MANY_RECIPIENTS.about(limit=1)),
        (0, 99_999, None),
        (0, 100_000, replies.TOO_MANY_RECIPIENTS.about(limit=100_000)),
        (200_000, 100_000, replies.TOO_MANY_RECIPIENTS.about(limit=100_000)),
    ],
)
def test_recipient_limit(max_recipients: int, accepted_so_far: int, reply: Reply | None) -> None:
    facts = rcpt_facts(accepted_so_far=accepted_so_far)
    assert recipient_limit.check(facts, smtp_settings(max_recipients=max_recipients)) == reply
