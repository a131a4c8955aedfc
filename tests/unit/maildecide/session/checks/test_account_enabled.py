import pytest
from tests.builders import an_account, rcpt_facts, smtp_settings

from mailcore import replies
from mailcore.directory.account import Account
from mailcore.replies import Reply
from maildecide.session.checks import account_enabled


@pytest.mark.parametrize(
    ("account", "reply"),
    [
        (an_account(), None),
        (an_account(enabled=False), replies.ACCOUNT_DISABLED),
        (None, None),
    ],
    ids=["enabled", "disabled", "none"],
)
def test_account_enabled(account: Account | None, reply: Reply | None) -> None:
    assert account_enabled.check(rcpt_facts(account=account), smtp_settings()) == reply
