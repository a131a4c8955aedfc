import pytest
from tests.builders import a_client, mail_facts, smtp_settings

from mailcore import replies
from mailcore.replies import Reply
from maildecide.session.checks import local_sender
from maildecide.session.facts import ClientFacts

AUTHENTICATED = a_client(account="ada@example.com")
PERMITTED = a_client(is_relay_permitted=True)
STRANGER = a_client()


@pytest.mark.parametrize(
    ("client", "auth_required", "bypass", "reply"),
    [
        (STRANGER, True, False, replies.AUTHENTICATION_REQUIRED),
        (STRANGER, True, True, replies.AUTHENTICATION_REQUIRED),
        (STRANGER, False, False, replies.LOCAL_SENDER_REFUSED),
        (STRANGER, False, True, replies.LOCAL_SENDER_REFUSED),
        (PERMITTED, True, False, replies.AUTHENTICATION_REQUIRED),
        (PERMITTED, True, True, None),
        (PERMITTED, False, False, None),
        (PERMITTED, False, True, None),
        (AUTHENTICATED, True, False, None),
        (AUTHENTICATED, False, False, None),
    ],
)
def test_local_sender(client: ClientFacts, *, auth_required: bool, bypass: bool, reply: Reply | None) -> None:
    settings = smtp_settings(auth_required=auth_required, relay_ips_bypass_auth=bypass)
    assert local_sender.check(mail_facts(client=client, sender_is_local=True), settings) == reply
    assert local_sender.check(mail_facts(client=client, sender_is_local=False), settings) is None


@pytest.mark.parametrize(("ip", "is_trusted"), [("192.0.2.7", True), ("198.51.100.1", False)])
def test_trusted_forwarders(ip: str, *, is_trusted: bool) -> None:
    settings = smtp_settings(trusted_forwarders=("192.0.2.0/24",))
    reply = local_sender.check(mail_facts(client=a_client(ip=ip), sender_is_local=True), settings)
    assert reply == (None if is_trusted else replies.AUTHENTICATION_REQUIRED)
