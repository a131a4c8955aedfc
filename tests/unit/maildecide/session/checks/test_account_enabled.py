import pytest
from tests.builders import an_account, rcpt_facts, resolved, smtp_settings

from mailcore import replies
from mailcore.directory.targets import RemoteTarget, Resolution
from mailcore.replies import Reply
from maildecide.session.checks import account_enabled

OFF = an_account("off@example.com", enabled=False)


@pytest.mark.parametrize(
    ("resolution", "reply"),
    [
        (resolved(an_account()), None),
        (resolved(OFF), replies.ACCOUNT_DISABLED),
        (resolved(OFF, an_account("too@example.com", enabled=False)), replies.ACCOUNT_DISABLED),
        (resolved(OFF, an_account()), None),
        (resolved(OFF, RemoteTarget("ken@example.org")), None),
        (Resolution("unknown"), None),
        (Resolution("unmanaged"), None),
    ],
)
def test_only_when_nobody_behind_it_is_enabled(resolution: Resolution, reply: Reply | None) -> None:
    assert account_enabled.check(rcpt_facts(resolution=resolution), smtp_settings()) == reply
