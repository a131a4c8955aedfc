"""Refuse strangers' senders that are not in the whitelist, where only those may send."""

from mailcore import replies
from mailcore.replies import Reply
from mailcore.settings import RuntimeSettings
from maildecide.session.facts import MailFacts
from maildecide.session.strangers import is_stranger, is_whitelisted


def check(facts: MailFacts, settings: RuntimeSettings) -> Reply | None:
    """Refuse every other sender, the null sender too."""
    if not settings.smtp.only_whitelisted or not is_stranger(facts.client) or is_whitelisted(facts.sender, settings):
        return None
    return replies.SENDER_NOT_LISTED
