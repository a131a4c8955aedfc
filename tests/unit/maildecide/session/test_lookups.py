import pytest
from tests.builders import a_client, mail_facts, rcpt_facts, smtp_settings

from mailcore.address import parse_address
from maildecide.session.facts import ClientFacts, MailFacts
from maildecide.session.lookups import wants_block_lists, wants_origin, wants_reverse, wants_sender_domain

ON = smtp_settings(
    unknown_sender_domain="add_header",
    reverse_dns="must_exist",
    dns_block_lists=("bl.test",),
    sender_whitelist=("@known.test",),
)
OFF = smtp_settings()
LITERAL = parse_address("bob@[192.0.2.1]")


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (mail_facts(), True),
        (mail_facts(sender=None), False),
        (mail_facts(sender=LITERAL), False),
        (mail_facts(sender_is_managed=True), False),
        (mail_facts(sender=parse_address("bob@known.test")), False),
        (mail_facts(client=a_client(account="ada@example.com")), False),
        (mail_facts(client=a_client(is_relay_permitted=True)), False),
    ],
)
def test_the_sender_domain(facts: MailFacts, *, expected: bool) -> None:
    assert wants_sender_domain(facts, ON) is expected
    assert wants_sender_domain(facts, smtp_settings(unknown_sender_domain="reject_temporary")) is (
        expected or facts.sender == parse_address("bob@known.test")
    )
    assert not wants_sender_domain(facts, OFF)


@pytest.mark.parametrize(
    ("client", "sender", "expected"),
    [
        (a_client(), "bob@example.net", True),
        (a_client(), "bob@[192.0.2.1]", True),
        (a_client(), None, True),
        (a_client(), "bob@known.test", False),
        (a_client(listener="submission"), "bob@example.net", False),
        (a_client(account="ada@example.com"), "bob@example.net", False),
        (a_client(is_relay_permitted=True), "bob@example.net", False),
    ],
)
def test_the_client(client: ClientFacts, sender: str | None, *, expected: bool) -> None:
    address = None if sender is None else parse_address(sender)
    assert wants_reverse(mail_facts(client=client, sender=address), ON) is expected
    assert wants_block_lists(rcpt_facts(client=client, sender=address), ON) is expected
    assert not wants_reverse(mail_facts(client=client, sender=address), OFF)
    assert not wants_block_lists(rcpt_facts(client=client, sender=address), OFF)
    assert wants_origin(client, address, ON) is expected
    assert not wants_origin(client, address, smtp_settings(authenticate_mail=False))
