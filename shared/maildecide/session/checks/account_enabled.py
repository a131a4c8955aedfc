"""Refuse recipients whose account is disabled."""

from mailcore import replies
from mailcore.replies import Reply
from mailcore.settings import RuntimeSettings
from maildecide.session.facts import RcptFacts


def check(facts: RcptFacts, settings: RuntimeSettings) -> Reply | None:  # noqa: ARG001 - every check has this shape
    """Refuse a disabled account; it exists, so it is not unknown."""
    return None if facts.account is None or facts.account.enabled else replies.ACCOUNT_DISABLED
