import pytest
from tests.builders import a_client, mail_facts, smtp_settings

from mailcore import replies
from mailcore.address import parse_address
from mailcore.replies import Reply
from maildecide.session.checks import null_sender


@pytest.mark.parametrize(
    ("accepted", "sender", "account", "reply"),
    [
        (True, None, None, None),
        (True, "bob@example.net", None, None),
        (False, None, None, replies.NULL_SENDER_REFUSED),
        (False, "bob@example.net", None, None),
        (False, None, "ada@example.com", None),
    ],
)
def test_null_sender(*, accepted: bool, sender: str | None, account: str | None, reply: Reply | None) -> None:
    facts = mail_facts(sender=None if sender is None else parse_address(sender), client=a_client(account=account))
    assert null_sender.check(facts, smtp_settings(accept_null_sender=accepted)) == reply


def test_ourselves_may_bring_it() -> None:
    facts = mail_facts(sender=None, client=a_client(is_ourselves=True))
    assert null_sender.check(facts, smtp_settings(accept_null_sender=False)) is None
