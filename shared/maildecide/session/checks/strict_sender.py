"""Refuse senders that pretend to be here: their domain is managed, but they are no local address (row 10)."""

from mailcore import replies
from mailcore.replies import Reply
from mailcore.settings import RuntimeSettings
from maildecide.session.facts import MailFacts


def check(facts: MailFacts, settings: RuntimeSettings) -> Reply | None:
    """Refuse them from everybody, authenticated clients too, where the operator wants that."""
    if not settings.smtp.strict_sender_domain or not facts.sender_is_managed or facts.client.is_ourselves:
        return None
    if facts.sender_is_local or facts.sender_is_rewritten:
        return None
    return replies.SENDER_UNKNOWN_HERE
