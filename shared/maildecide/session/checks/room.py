"""Refuse a message that turned out to fit into no mailbox it is for: their quotas have less left than it takes."""

from mailcore import replies
from mailcore.replies import Reply
from mailcore.settings import RuntimeSettings
from maildecide.session.facts import MessageFacts


def check(facts: MessageFacts, settings: RuntimeSettings) -> Reply | None:  # noqa: ARG001 - every check has this shape
    """Refuse a size over what the emptiest of the mailboxes has left."""
    room = facts.capacity.room
    return None if room is None or facts.size <= room else replies.OVER_QUOTA
