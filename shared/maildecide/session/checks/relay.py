"""Refuse recipients in domains that are not ours from those who may not send there: no open relay (rows 3 and 4)."""

from mailcore import replies
from mailcore.replies import Reply
from mailcore.settings import RuntimeSettings
from maildecide.session import permission
from maildecide.session.facts import RcptFacts


def check(facts: RcptFacts, settings: RuntimeSettings) -> Reply | None:
    """Refuse a recipient in a domain that is not managed from a client that may not do everything."""
    if facts.is_managed or permission.may_do_everything(facts.client, settings):
        return None
    return permission.refusal(settings, replies.RELAY_DENIED)
