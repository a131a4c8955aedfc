import pytest
from tests.builders import a_client, mail_facts, smtp_settings

from mailcore import replies
from mailcore.replies import Reply
from maildecide.session.checks import submission_auth


@pytest.mark.parametrize("auth_required", [True, False])
@pytest.mark.parametrize(
    ("listener", "account", "reply"),
    [
        ("smtp", None, None),
        ("submission", None, replies.AUTHENTICATION_REQUIRED),
        ("submissions", None, replies.AUTHENTICATION_REQUIRED),
        ("submission", "ada@example.com", None),
        ("submissions", "ada@example.com", None),
    ],
)
def test_submission_auth(listener: str, account: str | None, reply: Reply | None, *, auth_required: bool) -> None:
    client = a_client(listener=listener, account=account, is_relay_permitted=True)
    settings = smtp_settings(auth_required=auth_required, relay_ips_bypass_auth=True)
    assert submission_auth.check(mail_facts(client=client), settings) == reply
