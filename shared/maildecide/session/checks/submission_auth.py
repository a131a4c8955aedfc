"""Ask for AUTH on the submission ports, whatever the settings say (row 3; RFC 6409 4.3)."""

from mailcore import replies
from mailcore.replies import Reply
from mailcore.settings import RuntimeSettings
from maildecide.session.facts import MailFacts


def check(facts: MailFacts, settings: RuntimeSettings) -> Reply | None:  # noqa: ARG001 - every check has this shape
    """Refuse an unauthenticated client on a submission port."""
    if facts.client.is_submission and not facts.client.is_authenticated:
        return replies.AUTHENTICATION_REQUIRED
    return None
