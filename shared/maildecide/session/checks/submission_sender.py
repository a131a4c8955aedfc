"""Hold authenticated clients to the senders that they may use (setting `submission_sender`)."""

from mailcore import replies
from mailcore.address import parse_address
from mailcore.replies import Reply
from mailcore.settings import RuntimeSettings
from maildecide.session.facts import MailFacts


def check(facts: MailFacts, settings: RuntimeSettings) -> Reply | None:
    """Refuse another's address or domain. The null sender is everybody's: read receipts have it (RFC 8098)."""
    if facts.client.account is None or facts.sender is None:
        return None
    match settings.smtp.submission_sender:
        case "own" if not facts.sender_is_own:
            return replies.SENDER_NOT_OWN
        case "own_domain" if facts.sender.domain != parse_address(facts.client.account).domain:
            return replies.SENDER_NOT_OWN
        case _:
            return None
