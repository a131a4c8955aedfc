"""Refuse recipients in domains that are not ours: no open relay."""

from mailcore import replies
from mailcore.replies import Reply
from mailcore.settings import RuntimeSettings
from maildecide.session.facts import RcptFacts


def check(facts: RcptFacts, settings: RuntimeSettings) -> Reply | None:  # noqa: ARG001 - every check has this shape
    """Refuse a recipient in a domain that is not managed."""
    return None if facts.is_managed else replies.AUTHENTICATION_REQUIRED
