"""Take nothing but reports at an address that this server wrote as a sender into mail it forwarded (SRS)."""

from mailcore import replies
from mailcore.replies import Reply
from mailcore.settings import RuntimeSettings
from maildecide.session.facts import RcptFacts


def check(facts: RcptFacts, settings: RuntimeSettings) -> Reply | None:  # noqa: ARG001 - every check has this shape
    """Refuse all but the null sender: what else would come there is nobody's to send through us."""
    return replies.RETURNED_MAIL_ONLY if facts.resolution.via == "srs" and facts.sender is not None else None
