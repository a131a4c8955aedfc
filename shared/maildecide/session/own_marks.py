"""Header fields that only this server writes, so that nobody can send them along (rows 11 and 15)."""

from mailcore.settings import RuntimeSettings
from maildecide.session.facts import ClientFacts

SENDER_DOMAIN_MARK = "X-DNSEXISTS"
BANNED_MARK = "X-PMSFILTER"


def forged_marks(client: ClientFacts, settings: RuntimeSettings) -> tuple[str, ...]:
    """Give those that are removed from what this client sends: of the rows in use, unless somebody vouches for it."""
    if client.is_authenticated or client.is_relay_permitted:
        return ()
    smtp = settings.smtp
    writes_sender_domain = smtp.unknown_sender_domain == "add_header"
    writes_banned = smtp.banned_connection_action == "add_header"
    return (SENDER_DOMAIN_MARK,) * writes_sender_domain + (BANNED_MARK,) * writes_banned
