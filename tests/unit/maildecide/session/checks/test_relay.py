import pytest
from tests.builders import a_client, rcpt_facts, smtp_settings

from mailcore import replies
from mailcore.directory.targets import Resolution
from mailcore.replies import Reply
from maildecide.session.checks import relay
from maildecide.session.facts import ClientFacts

AUTHENTICATED = a_client(account="ada@example.com")
PERMITTED = a_client(is_relay_permitted=True)
STRANGER = a_client()


@pytest.mark.parametrize(
    ("client", "auth_required", "bypass", "reply"),
    [
        (STRANGER, True, False, replies.AUTHENTICATION_REQUIRED),
        (STRANGER, True, True, replies.AUTHENTICATION_REQUIRED),
        (STRANGER, False, False, replies.RELAY_DENIED),
        (STRANGER, False, True, replies.RELAY_DENIED),
        (PERMITTED, True, False, replies.AUTHENTICATION_REQUIRED),
        (PERMITTED, True, True, None),
        (PERMITTED, False, False, None),
        (PERMITTED, False, True, None),
        (AUTHENTICATED, True, False, None),
        (AUTHENTICATED, False, False, None),
    ],
)
def test_relay(client: ClientFacts, *, auth_required: bool, bypass: bool, reply: Reply | None) -> None:
    settings = smtp_settings(auth_required=auth_required, relay_ips_bypass_auth=bypass)
    assert relay.check(rcpt_facts(client=client, resolution=Resolution("unmanaged")), settings) == reply
    assert relay.check(rcpt_facts(client=client), settings) is None
