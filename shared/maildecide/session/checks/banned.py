"""Refuse banned clients at the greeting, on every port, where row 15 says so."""

from mailcore import replies
from mailcore.replies import Reply
from mailcore.settings import RuntimeSettings
from maildecide.session.facts import ConnectFacts

_REPLIES = {"tempfail": replies.BANNED_FOR_NOW, "reject": replies.BANNED}


def check(facts: ConnectFacts, settings: RuntimeSettings) -> Reply | None:
    """Refuse a banned client for now or for good. Who is closed without a word or let in is up to `row_15`."""
    return _REPLIES.get(settings.smtp.banned_connection_action) if facts.client.is_banned else None
