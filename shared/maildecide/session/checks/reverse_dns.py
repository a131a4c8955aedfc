"""Refuse clients whose address has no name in DNS, or none that leads back to it."""

from mailcore import replies
from mailcore.replies import Reply
from mailcore.settings import RuntimeSettings
from maildecide.session.facts import ReverseFacts


def check(facts: ReverseFacts, settings: RuntimeSettings) -> Reply | None:
    """Refuse what the setting asks for and is not so; for now, where nobody could say."""
    match facts.reverse:
        case "missing":
            return replies.CLIENT_NAMELESS
        case "no_answer":
            return replies.CLIENT_NAME_UNKNOWN
        case "differs" if settings.smtp.reverse_dns == "must_match":
            return replies.CLIENT_NAMELESS
        case _:
            return None
