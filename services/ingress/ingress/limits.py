"""What the settings allow a session and a message, in the terms of the session."""

from ingress.seam import MessageLimits, SessionLimits
from mailcore.settings import RuntimeSettings
from maildecide.session.checks import recipient_limit
from maildecide.session.facts import ClientFacts
from maildecide.session.size_limit import most_octets


def session_limits(hostname: str, settings: RuntimeSettings) -> SessionLimits:
    """Give what holds for a connection (rows 1, 14, 17, 23 and 26)."""
    smtp = settings.smtp
    return SessionLimits(
        hostname=hostname,
        idle_timeout=smtp.idle_timeout_seconds,
        session_timeout=smtp.max_session_minutes * 60 or None,
        max_command_errors=smtp.max_command_errors,
        announced_size=smtp.max_message_size,
        announced_recipients=recipient_limit.limit(settings),
    )


def message_limits(client: ClientFacts, settings: RuntimeSettings, *, sender_is_local: bool) -> MessageLimits:
    """Give what holds for the octets of a message.

    A CR or LF that stands alone is how one message is smuggled inside another; from whom we know it is mended instead.
    """
    return MessageLimits(
        size=most_octets(settings, sender_is_local=sender_is_local),
        bare_line_ends="normalise" if client.is_authenticated or client.is_relay_permitted else "refuse",
    )
