"""Turn clients away at the greeting while ingress is under maintenance."""

from mailcore import replies
from mailcore.replies import Reply
from mailcore.settings import RuntimeSettings
from maildecide.session.facts import ConnectFacts


def check(facts: ConnectFacts, settings: RuntimeSettings) -> Reply | None:  # noqa: ARG001 - every check has this shape
    """Refuse everybody, for now."""
    return replies.UNDER_MAINTENANCE if settings.maintenance.ingress else None
