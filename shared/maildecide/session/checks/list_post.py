"""Refuse a post that mailing lists refuse, when nobody else gets the message (row 13)."""

from mailcore import replies
from mailcore.replies import Reply
from mailcore.settings import RuntimeSettings
from maildecide.session.facts import RuleVerdictFacts


def check(facts: RuleVerdictFacts, _: RuntimeSettings) -> Reply | None:
    """550 with the reason of the first recipient's list."""
    if facts.rejection is None or not facts.rejection.list:
        return None
    return replies.POST_REFUSED.about(reason=facts.rejection.text)
