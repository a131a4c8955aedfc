import pytest
from tests.builders import an_account, rcpt_facts, smtp_settings

from mailcore import replies
from mailcore.directory.account import Account
from mailcore.replies import Reply
from maildecide.session.checks import recipient_exists


@pytest.mark.parametrize(
    ("is_managed", "account", "reply"),
    [
        (True, an_account(), None),
        (True, an_account(enabled=False), None),
        (True, None, replies.RECIPIENT_UNKNOWN),
        (False, None, None),
    ],
)
def test_recipient_exists(*, is_managed: bool, account: Account | None, reply: Reply | None) -> None:
    assert recipient_exists.check(rcpt_facts(is_managed=is_managed, account=account), smtp_settings()) == reply
