import pytest
from tests.builders import an_account, login_facts, smtp_settings

from mailcore import replies
from mailcore.directory.account import Account
from mailcore.replies import Reply
from maildecide.session.checks import login


@pytest.mark.parametrize(
    ("account", "is_right", "reply"),
    [
        (an_account(), True, None),
        (an_account(), False, replies.AUTH_FAILED),
        (an_account(enabled=False), True, replies.AUTH_FAILED),
        (None, False, replies.AUTH_FAILED),
    ],
)
def test_login(*, account: Account | None, is_right: bool, reply: Reply | None) -> None:
    assert login.check(login_facts(account=account, password_is_right=is_right), smtp_settings()) == reply
