"""Refuse clients that a DNS block list names."""

from mailcore import replies
from mailcore.replies import Reply
from mailcore.settings import RuntimeSettings
from maildecide.session.facts import ListingFacts


def check(facts: ListingFacts, settings: RuntimeSettings) -> Reply | None:  # noqa: ARG001 - every check has this shape
    """Refuse a client that is listed, naming the list: who runs it can take the address off."""
    return replies.CLIENT_LISTED.about(zone=facts.zones[0]) if facts.zones else None
