"""Refuse a message that turned out too big (rows 17 and 18)."""

from mailcore import replies
from mailcore.replies import Reply
from mailcore.settings import RuntimeSettings
from maildecide.session.facts import MessageFacts
from maildecide.session.size_limit import most_octets


def check(facts: MessageFacts, settings: RuntimeSettings) -> Reply | None:
    """Refuse a size over the limit."""
    limit = most_octets(settings, sender_is_local=facts.sender_is_local)
    if facts.size <= limit:
        return None
    return replies.MESSAGE_TOO_BIG.about(limit=limit)
