"""Refuse connections beyond what this process takes, before anything is done for them."""

from mailcore import replies
from mailcore.replies import Reply
from mailcore.settings import RuntimeSettings
from maildecide.session.facts import AdmitFacts


def check(facts: AdmitFacts, settings: RuntimeSettings) -> Reply | None:
    """Refuse the connection that passes the limit, whoever it comes from."""
    return None if facts.connections <= settings.smtp.max_connections else replies.OVERLOADED
