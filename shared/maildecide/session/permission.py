"""Who may send as anybody to anywhere (rows 3 and 4). Asked by the checks of MAIL and RCPT."""

from mailcore import replies
from mailcore.replies import Reply
from mailcore.settings import RuntimeSettings
from maildecide.session.facts import ClientFacts


def may_do_everything(client: ClientFacts, settings: RuntimeSettings) -> bool:
    """Whether the client has authenticated, or need not: its address is permitted and nothing asks for more.

    What this system itself brings was judged when it came first.
    """
    smtp = settings.smtp
    return (
        client.is_authenticated
        or client.is_ourselves
        or (client.is_relay_permitted and (smtp.relay_ips_bypass_auth or not smtp.auth_required))
    )


def refusal(settings: RuntimeSettings, without_auth: Reply) -> Reply:
    """Give what the others are told: to authenticate where that is asked for, else `without_auth`."""
    return replies.AUTHENTICATION_REQUIRED if settings.smtp.auth_required else without_auth
