"""Refuse senders that every account behind the recipient refuses."""

from mailcore import replies
from mailcore.replies import Reply
from mailcore.settings import RuntimeSettings
from maildecide import cancel_list
from maildecide.session.capacity import all_accounts
from maildecide.session.facts import RcptFacts


def check(facts: RcptFacts, settings: RuntimeSettings) -> Reply | None:  # noqa: ARG001 - every check has this shape
    """Refuse when the cancel lists of all who would get the message name the sender."""
    takers = all_accounts(facts)
    sender = "" if facts.sender is None else str(facts.sender)
    if takers and all(cancel_list.refuses(taker.account, sender) for taker in takers):
        return replies.SENDER_CANCELLED
    return None
