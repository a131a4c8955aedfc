import pytest
from tests.builders import a_client, mail_facts, smtp_settings

from mailcore import replies
from mailcore.address import parse_address
from maildecide.session.checks.only_whitelisted import check
from maildecide.session.facts import ClientFacts

STRANGER = a_client()


@pytest.mark.parametrize(
    ("client", "sender", "is_refused"),
    [
        (STRANGER, "bob@example.net", False),
        (STRANGER, "eve@example.net", True),
        (STRANGER, None, True),
        (a_client(account="ada@example.com"), "eve@example.net", False),
        (a_client(is_relay_permitted=True), None, False),
        (a_client(listener="submission"), "eve@example.net", False),
    ],
)
def test_only_whitelisted(client: ClientFacts, sender: str | None, *, is_refused: bool) -> None:
    facts = mail_facts(client=client, sender=sender and parse_address(sender))
    known = ("bob@example.net",)
    reply = replies.SENDER_NOT_LISTED if is_refused else None
    assert check(facts, smtp_settings(only_whitelisted=True, sender_whitelist=known)) == reply
    assert check(facts, smtp_settings(only_whitelisted=False, sender_whitelist=known)) is None
