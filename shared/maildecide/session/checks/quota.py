"""Refuse mail for accounts that are over their quota, all of them. Temporary: their owners may make room.

The message that would pass the limit is the one refused, so SIZE= counts. What is known of a mailbox may be two
minutes old, and nothing may be known at all; delivery decides again.
"""

from mailcore import replies
from mailcore.replies import Reply
from mailcore.settings import RuntimeSettings
from maildecide.quota import would_pass
from maildecide.session.capacity import all_accounts
from maildecide.session.facts import RcptFacts


def check(facts: RcptFacts, settings: RuntimeSettings) -> Reply | None:  # noqa: ARG001 - every check has this shape
    """Refuse when the message fits into no mailbox behind the recipient."""
    takers = all_accounts(facts)
    if takers and all(would_pass(taker.account, taker.usage, facts.declared_size) for taker in takers):
        return replies.OVER_QUOTA
    return None
