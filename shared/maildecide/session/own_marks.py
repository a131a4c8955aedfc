"""Header fields that only this server writes, so that nobody can send them along (rows 11 and 15)."""

from functools import lru_cache

from mailcore.authentication.own_results import known_name
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


def results_name(server: str, settings: RuntimeSettings) -> str:
    """Give what this server calls itself in `Authentication-Results:` (RFC 8601 2.5)."""
    return settings.smtp.authserv_id or server


def own_names(server: str, settings: RuntimeSettings) -> tuple[str, ...]:
    """Give the names under which nobody else's `Authentication-Results:` may stand, in the form they compare in."""
    return _forms(server, settings.smtp.authserv_id)


@lru_cache(maxsize=16)
def _forms(server: str, authserv_id: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(known_name(name) for name in (server, authserv_id) if name))
