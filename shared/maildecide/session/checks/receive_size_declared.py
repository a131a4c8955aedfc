"""Refuse at RCPT a message whose SIZE= says that it is too big for every account behind the recipient."""

from mailcore import replies
from mailcore.replies import Reply
from mailcore.settings import RuntimeSettings
from maildecide.session.capacity import capacity_of
from maildecide.session.facts import RcptFacts


def check(facts: RcptFacts, settings: RuntimeSettings) -> Reply | None:  # noqa: ARG001 - every check has this shape
    """Refuse a declared size over the largest limit of the accounts behind the recipient."""
    most = capacity_of(facts).most_octets
    if facts.declared_size is None or most is None or facts.declared_size <= most:
        return None
    return replies.TOO_BIG_FOR_MAILBOX.about(limit=most)
