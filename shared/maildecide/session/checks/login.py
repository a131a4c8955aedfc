"""Refuse a login that is not right."""

from mailcore import replies
from mailcore.replies import Reply
from mailcore.settings import RuntimeSettings
from maildecide.session.facts import LoginFacts


def check(facts: LoginFacts, settings: RuntimeSettings) -> Reply | None:  # noqa: ARG001 - every check has this shape
    """Refuse a wrong password, an unknown name and a disabled account alike: which it was is nobody's business."""
    if facts.account is not None and facts.account.enabled and facts.password_is_right:
        return None
    return replies.AUTH_FAILED
