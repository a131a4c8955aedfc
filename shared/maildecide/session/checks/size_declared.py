"""Refuse at MAIL a message whose SIZE= says that it is too big (row 17; RFC 1870 6.1)."""

from mailcore import replies
from mailcore.replies import Reply
from mailcore.settings import RuntimeSettings
from maildecide.session.facts import MailFacts


def check(facts: MailFacts, settings: RuntimeSettings) -> Reply | None:
    """Refuse a declared size over the limit."""
    limit = settings.smtp.max_message_size
    if facts.declared_size is None or facts.declared_size <= limit:
        return None
    return replies.MESSAGE_TOO_BIG.about(limit=limit)
