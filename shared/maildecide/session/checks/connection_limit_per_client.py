"""Refuse connections of a client that has many already."""

from mailcore import replies
from mailcore.replies import Reply
from mailcore.settings import RuntimeSettings
from maildecide.session.facts import AdmitFacts


def check(facts: AdmitFacts, settings: RuntimeSettings) -> Reply | None:
    """Refuse the connection that passes the limit unless the client is let pass, or may turn out to be."""
    most = settings.smtp.max_connections_per_ip
    if not most or facts.connections_of_client <= most or facts.client.is_passed or facts.may_pass:
        return None
    return replies.TOO_MANY_CONNECTIONS
