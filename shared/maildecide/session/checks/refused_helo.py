"""Refuse strangers that call themselves what the operator does not want to hear."""

from mailcore import replies
from mailcore.replies import Reply
from mailcore.settings import RuntimeSettings
from maildecide.session import patterns
from maildecide.session.facts import HeloFacts
from maildecide.session.strangers import is_stranger


def check(facts: HeloFacts, settings: RuntimeSettings) -> Reply | None:
    """Refuse a name that one of the patterns matches."""
    if is_stranger(facts.client) and patterns.matches(settings.smtp.refused_helo, facts.client.helo):
        return replies.HELO_REFUSED
    return None
