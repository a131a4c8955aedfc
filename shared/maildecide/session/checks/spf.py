"""Refuse mail whose sender's domain says that the client may not send it (RFC 7208 8.4)."""

from mailcore import replies
from mailcore.replies import Reply
from mailcore.settings import RuntimeSettings
from maildecide.session.disowned import by_spf
from maildecide.session.facts import OriginFacts


def check(facts: OriginFacts, settings: RuntimeSettings) -> Reply | None:
    """550 5.7.23 (RFC 7372 3.2) where the operator wants that."""
    return replies.SPF_FAILED if by_spf(facts, settings) == "reject" else None
