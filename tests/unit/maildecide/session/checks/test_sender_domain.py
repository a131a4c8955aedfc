import pytest
from tests.builders import smtp_settings

from mailcore import replies
from mailcore.dns.sender_domain import SenderDomain
from mailcore.replies import Reply
from maildecide.session.checks.sender_domain import check
from maildecide.session.facts import SenderDomainFacts


@pytest.mark.parametrize(
    ("finding", "temporary", "permanent"),
    [
        ("exists", None, None),
        ("missing", replies.SENDER_DOMAIN_MISSING_NOW, replies.SENDER_DOMAIN_MISSING),
        ("null_mx", replies.SENDER_TAKES_NO_MAIL_NOW, replies.SENDER_TAKES_NO_MAIL),
        ("no_answer", replies.SENDER_DOMAIN_UNKNOWN, replies.SENDER_DOMAIN_UNKNOWN),
    ],
)
def test_sender_domain(finding: SenderDomain, temporary: Reply | None, permanent: Reply | None) -> None:
    facts = SenderDomainFacts(finding)
    assert check(facts, smtp_settings(unknown_sender_domain="reject_temporary")) == temporary
    assert check(facts, smtp_settings(unknown_sender_domain="reject_permanent")) == permanent
    assert check(facts, smtp_settings(unknown_sender_domain="add_header")) is None
    assert check(facts, smtp_settings(unknown_sender_domain="accept")) is None


def test_the_replies_are_those_of_the_contract() -> None:
    """By code and status, which clients and other servers act on."""
    table = {
        (450, "4.1.8"): replies.SENDER_DOMAIN_MISSING_NOW,
        (550, "5.1.8"): replies.SENDER_DOMAIN_MISSING,
        (450, "4.7.27"): replies.SENDER_TAKES_NO_MAIL_NOW,
        (550, "5.7.27"): replies.SENDER_TAKES_NO_MAIL,
        (451, "4.4.3"): replies.SENDER_DOMAIN_UNKNOWN,
    }
    assert {(reply.code, reply.status): reply for reply in table.values()} == table
