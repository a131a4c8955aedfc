"""Refuse recipients beyond the per-message limit (row 1).

Temporary, so that a sender with many recipients sends the rest in a second transaction (RFC 5321 4.5.3.1.10).
"""

from mailcore import replies
from mailcore.replies import Reply
from mailcore.settings import RuntimeSettings
from maildecide.session.facts import RcptFacts

HARD_CAP = 100_000
"""What even "unlimited" does not pass: the envelope must fit into memory."""


def limit(settings: RuntimeSettings) -> int:
    """Give the most recipients of one transaction."""
    return min(settings.smtp.max_recipients or HARD_CAP, HARD_CAP)


def check(facts: RcptFacts, settings: RuntimeSettings) -> Reply | None:
    """Refuse the recipient that passes the limit."""
    most = limit(settings)
    if facts.accepted_so_far < most:
        return None
    return replies.TOO_MANY_RECIPIENTS.about(limit=most)
