"""Refuse mail that the domain in `From:` does not stand by and wants rejected (RFC 7489 6.6.2)."""

from mailcore import replies
from mailcore.replies import Reply
from mailcore.settings import RuntimeSettings
from maildecide.session.disowned import by_dmarc
from maildecide.session.facts import OriginFacts


def check(facts: OriginFacts, settings: RuntimeSettings) -> Reply | None:
    """550 5.7.1 where the operator wants that."""
    return replies.DMARC_FAILED if by_dmarc(facts, settings) == "reject" else None
