"""End the sessions that were open when maintenance of ingress began, at their next transaction."""

from mailcore import replies
from mailcore.replies import Reply
from mailcore.settings import RuntimeSettings
from maildecide.session.facts import MailFacts


def check(facts: MailFacts, settings: RuntimeSettings) -> Reply | None:  # noqa: ARG001 - every check has this shape
    """Refuse everybody, for now."""
    return replies.UNDER_MAINTENANCE if settings.maintenance.ingress else None
