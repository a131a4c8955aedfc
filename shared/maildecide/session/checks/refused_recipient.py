"""Refuse recipients that the operator has closed to everybody."""

import idna

from mailcore import replies
from mailcore.replies import Reply
from mailcore.settings import RuntimeSettings
from maildecide.session import patterns
from maildecide.session.facts import RcptFacts


def check(facts: RcptFacts, settings: RuntimeSettings) -> Reply | None:
    """Refuse an address that one of the patterns matches, whether its domain is written in A-labels or Unicode."""
    refused = settings.smtp.refused_recipients
    if not refused:
        return None
    address = str(facts.recipient)
    if patterns.matches(refused, address) or patterns.matches(refused, _in_unicode(address)):
        return replies.RECIPIENT_REFUSED
    return None


def _in_unicode(address: str) -> str:
    local, _, domain = address.rpartition("@")
    if "xn--" not in domain:
        return address
    try:
        return f"{local}@{idna.decode(domain)}"
    except idna.IDNAError:
        return address
