import pytest
from tests.builders import a_client, smtp_settings

from mailcore import replies
from mailcore.replies import Reply
from maildecide.session.checks import send_rate
from maildecide.session.facts import AllowanceFacts


@pytest.mark.parametrize(("is_within", "reply"), [(True, None), (False, replies.SENDING_TOO_MUCH.about(limit=7))])
def test_send_rate(*, is_within: bool, reply: Reply | None) -> None:
    facts = AllowanceFacts(a_client(account="ada@example.com"), is_within)
    assert send_rate.check(facts, smtp_settings(recipients_per_account_hour=7)) == reply
