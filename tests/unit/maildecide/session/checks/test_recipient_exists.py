import pytest
from tests.builders import an_account, rcpt_facts, resolved, smtp_settings

from mailcore import replies
from mailcore.directory.targets import RemoteTarget, Resolution, ServerTarget
from mailcore.replies import Reply
from maildecide.session.checks import recipient_exists


@pytest.mark.parametrize(
    ("resolution", "reply"),
    [
        (resolved(an_account()), None),
        (resolved(an_account(enabled=False)), None),
        (resolved(RemoteTarget("ken@example.org")), None),
        (resolved(ServerTarget()), None),
        (Resolution("unknown"), replies.RECIPIENT_UNKNOWN),
        (Resolution("unknown", via="alias"), replies.RECIPIENT_UNKNOWN),
        (Resolution("unknown", via="too_many"), replies.RECIPIENT_UNKNOWN),
        (Resolution("unmanaged"), None),
    ],
)
def test_recipient_exists(resolution: Resolution, reply: Reply | None) -> None:
    assert recipient_exists.check(rcpt_facts(resolution=resolution), smtp_settings()) == reply
