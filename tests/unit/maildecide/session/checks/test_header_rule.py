from tests.builders import smtp_settings

from maildecide.session.checks import header_rule
from maildecide.session.facts import Rejection, RuleVerdictFacts


def test_the_text_of_the_rule_is_the_reply() -> None:
    reply = header_rule.check(RuleVerdictFacts(Rejection(7, "No {such} thing")), smtp_settings())
    assert str(reply) == "550 5.7.1 No {such} thing"


def test_no_rejection_lets_pass() -> None:
    assert header_rule.check(RuleVerdictFacts(None), smtp_settings()) is None
