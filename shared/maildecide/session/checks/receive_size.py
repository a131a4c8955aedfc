"""Refuse a message that turned out too big for every account it is for.

One that is too big for some of them only is taken, and delivery refuses it for those.
"""

from mailcore import replies
from mailcore.replies import Reply
from mailcore.settings import RuntimeSettings
from maildecide.session.facts import MessageFacts


def check(facts: MessageFacts, settings: RuntimeSettings) -> Reply | None:  # noqa: ARG001 - every check has this shape
    """Refuse a size over the largest limit of the accounts behind the recipients."""
    most = facts.capacity.most_octets
    if most is None or facts.size <= most:
        return None
    return replies.TOO_BIG_FOR_MAILBOX.about(limit=most)
