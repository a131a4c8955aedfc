"""Bound how many recipients one account sends to in an hour, over all replicas. Temporary: the hour passes."""

from mailcore import replies
from mailcore.replies import Reply
from mailcore.settings import RuntimeSettings
from maildecide.session.facts import AllowanceFacts


def check(facts: AllowanceFacts, settings: RuntimeSettings) -> Reply | None:
    """Refuse the recipient that passes the limit."""
    if facts.is_within:
        return None
    return replies.SENDING_TOO_MUCH.about(limit=settings.smtp.recipients_per_account_hour)
