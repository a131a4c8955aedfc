"""Refuse a message that header rules reject for all of its recipients."""

from mailcore import replies
from mailcore.replies import Reply
from mailcore.settings import RuntimeSettings
from maildecide.session.facts import RuleVerdictFacts


def check(facts: RuleVerdictFacts, _: RuntimeSettings) -> Reply | None:
    """550 with the text of the first recipient's rule."""
    if facts.rejection is None or facts.rejection.list:
        return None
    return replies.MESSAGE_REJECTED.about(text=facts.rejection.text)
