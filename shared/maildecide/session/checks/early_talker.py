"""Refuse clients that talk before they are greeted (RFC 5321 3.1): those who send mail in bulk do not wait."""

from mailcore import replies
from mailcore.replies import Reply
from mailcore.settings import RuntimeSettings
from maildecide.session.facts import GreetFacts


def check(facts: GreetFacts, settings: RuntimeSettings) -> Reply | None:  # noqa: ARG001 - every check has this shape
    """Refuse an early talker on the SMTP port that is not let pass."""
    client = facts.client
    return replies.TALKED_EARLY if facts.talked_early and not (client.is_submission or client.is_passed) else None
