"""Refuse a message that has passed too many servers: it goes round in circles (row 27; RFC 5321 6.3)."""

from mailcore import replies
from mailcore.replies import Reply
from mailcore.settings import RuntimeSettings
from maildecide.session.facts import MessageFacts


def check(facts: MessageFacts, settings: RuntimeSettings) -> Reply | None:
    """Refuse as many `Received:` fields as the limit, or more; 0 is no limit."""
    limit = settings.smtp.max_hops
    if not limit or facts.hops < limit:
        return None
    return replies.TOO_MANY_HOPS.about(limit=limit)
