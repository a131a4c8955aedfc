import pytest
from tests.builders import a_client, mail_facts, smtp_settings

from mailcore import replies
from mailcore.address import parse_address
from maildecide.session.checks import submission_sender

ADA = a_client(account="ada@example.com")


@pytest.mark.parametrize(
    ("value", "sender", "is_own", "is_refused"),
    [
        ("any", "bob@example.net", False, False),
        ("any", "bea@example.com", False, False),
        ("own_domain", "bea@example.com", False, False),
        ("own_domain", "nobody@EXAMPLE.com", False, False),
        ("own_domain", "ada@sub.example.com", False, True),
        ("own_domain", "ada@example.net", True, True),
        ("own", "ada@example.com", True, False),
        ("own", "sales@example.net", True, False),
        ("own", "bea@example.com", False, True),
        ("own", "bob@example.net", False, True),
    ],
)
def test_who_may_send_as_whom(value: str, sender: str, *, is_own: bool, is_refused: bool) -> None:
    facts = mail_facts(client=ADA, sender=parse_address(sender), sender_is_own=is_own)
    reply = submission_sender.check(facts, smtp_settings(submission_sender=value))
    assert reply == (replies.SENDER_NOT_OWN if is_refused else None)


@pytest.mark.parametrize("value", ["any", "own", "own_domain"])
def test_the_null_sender_and_strangers_are_not_its_business(value: str) -> None:
    settings = smtp_settings(submission_sender=value)
    assert submission_sender.check(mail_facts(client=ADA, sender=None), settings) is None
    assert submission_sender.check(mail_facts(client=a_client()), settings) is None
