"""Refuse a message that turned out too big (row 17)."""

from mailcore import replies
from mailcore.replies import Reply
from mailcore.settings import RuntimeSettings
from maildecide.session.facts import MessageFacts


def check(facts: MessageFacts, settings: RuntimeSettings) -> Reply | None:
    """Refuse a size over the limit."""
    limit = settings.smtp.max_message_size
    if facts.size <= limit:
        return None
    return replies.MESSAGE_TOO_BIG.about(limit=limit)
