"""Refuse senders whose domain is not in DNS or takes no mail, where row 11 says so."""

from mailcore import replies
from mailcore.replies import Reply
from mailcore.settings import RuntimeSettings
from maildecide.session.facts import SenderDomainFacts


def check(facts: SenderDomainFacts, settings: RuntimeSettings) -> Reply | None:
    """Refuse in the rejecting choices; there nobody having an answer is a refusal for now, too."""
    action = settings.smtp.unknown_sender_domain
    if action not in {"reject_temporary", "reject_permanent"}:
        return None
    is_permanent = action == "reject_permanent"
    match facts.sender_domain:
        case "exists":
            return None
        case "missing":
            return replies.SENDER_DOMAIN_MISSING if is_permanent else replies.SENDER_DOMAIN_MISSING_NOW
        case "null_mx":
            return replies.SENDER_TAKES_NO_MAIL if is_permanent else replies.SENDER_TAKES_NO_MAIL_NOW
        case "no_answer":
            return replies.SENDER_DOMAIN_UNKNOWN
