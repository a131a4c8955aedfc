"""Refuse strangers that send as one of us (rows 3 and 4)."""

from mailcore import replies
from mailcore.replies import Reply
from mailcore.settings import RuntimeSettings
from maildecide.session import permission
from maildecide.session.facts import MailFacts
from maildecide.session.networks import is_within


def check(facts: MailFacts, settings: RuntimeSettings) -> Reply | None:
    """Refuse a local sender from a client that may not do everything."""
    if not facts.sender_is_local or permission.may_do_everything(facts.client, settings):
        return None
    if is_within(settings.smtp.trusted_forwarders, facts.client.ip):
        return None
    return permission.refusal(settings, replies.LOCAL_SENDER_REFUSED)
