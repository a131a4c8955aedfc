from tests.builders import smtp_settings

from mailcore import replies
from maildecide.session.checks import header_rule, list_post
from maildecide.session.facts import Rejection, RuleVerdictFacts

BY_LIST = RuleVerdictFacts(Rejection(0, "only members may post to the list", "birds@example.com"))
BY_RULE = RuleVerdictFacts(Rejection(7, "no"))


def test_a_post_that_lists_refuse_is_refused_with_the_reason() -> None:
    reply = list_post.check(BY_LIST, smtp_settings())
    assert reply == replies.POST_REFUSED.about(reason="only members may post to the list")
    assert header_rule.check(BY_LIST, smtp_settings()) is None


def test_what_rules_reject_is_theirs_to_refuse() -> None:
    assert list_post.check(BY_RULE, smtp_settings()) is None
    assert list_post.check(RuleVerdictFacts(None), smtp_settings()) is None
