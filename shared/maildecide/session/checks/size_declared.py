"""Refuse at MAIL a message whose SIZE= says that it is too big (rows 17 and 18; RFC 1870 6.1)."""

from mailcore import replies
from mailcore.replies import Reply
from mailcore.settings import RuntimeSettings
from maildecide.session.facts import MailFacts
from maildecide.session.size_limit import most_octets


def check(facts: MailFacts, settings: RuntimeSettings) -> Reply | None:
    """Refuse a declared size over the limit."""
    limit = most_octets(settings, sender_is_local=facts.sender_is_local)
    if facts.declared_size is None or facts.declared_size <= limit:
        return None
    return replies.MESSAGE_TOO_BIG.about(limit=limit)
