import pytest
from tests.builders import a_client, smtp_settings

from mailcore import replies
from mailcore.replies import Reply
from maildecide.session.checks import banned
from maildecide.session.facts import ConnectFacts


@pytest.mark.parametrize(
    ("action", "reply"),
    [
        ("tempfail", replies.BANNED_FOR_NOW),
        ("reject", replies.BANNED),
        ("disconnect", None),
        ("server_trash", None),
        ("user_trash", None),
        ("tag_subject", None),
        ("add_header", None),
    ],
)
def test_banned(action: str, reply: Reply | None) -> None:
    settings = smtp_settings(banned_connection_action=action)
    for listener in ("smtp", "submission", "submissions"):
        assert banned.check(ConnectFacts(a_client(is_banned=True, listener=listener)), settings) == reply
        assert banned.check(ConnectFacts(a_client(listener=listener)), settings) is None
