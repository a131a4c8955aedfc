"""Refuse the null sender where the operator does not want it (row 2)."""

from mailcore import replies
from mailcore.replies import Reply
from mailcore.settings import RuntimeSettings
from maildecide.session.facts import MailFacts


def check(facts: MailFacts, settings: RuntimeSettings) -> Reply | None:
    """Refuse `<>` unless it is accepted or the client has authenticated (RFC 8098 sends receipts with it)."""
    client = facts.client
    if facts.sender is not None or settings.smtp.accept_null_sender or client.is_authenticated or client.is_ourselves:
        return None
    return replies.NULL_SENDER_REFUSED
