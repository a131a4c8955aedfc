"""Refuse recipients that do not exist, before their message is taken."""

from mailcore import replies
from mailcore.replies import Reply
from mailcore.settings import RuntimeSettings
from maildecide.session.facts import RcptFacts


def check(facts: RcptFacts, settings: RuntimeSettings) -> Reply | None:  # noqa: ARG001 - every check has this shape
    """Refuse an address of a managed domain behind which there is nobody."""
    return replies.RECIPIENT_UNKNOWN if facts.resolution.status == "unknown" else None
