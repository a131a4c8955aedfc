"""Refuse recipients whose accounts are disabled, all of them."""

from mailcore import replies
from mailcore.replies import Reply
from mailcore.settings import RuntimeSettings
from maildecide.session.facts import RcptFacts


def check(facts: RcptFacts, settings: RuntimeSettings) -> Reply | None:  # noqa: ARG001 - every check has this shape
    """Refuse when nobody behind the recipient takes mail; a disabled account exists, so it is not unknown."""
    return replies.ACCOUNT_DISABLED if facts.resolution.targets and not facts.resolution.takers else None
