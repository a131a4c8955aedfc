"""What the settings allow a session and a message, in the terms of the session."""

from ingress.seam import MessageLimits, SessionLimits
from mailcore.settings import RuntimeSettings
from maildecide.session.checks import recipient_limit
from maildecide.session.facts import ClientFacts
from maildecide.session.line_ends import mends_line_ends
from maildecide.session.size_limit import most_octets


def session_limits(hostname: str, settings: RuntimeSettings) -> SessionLimits:
    """Give what holds for a connection (rows 1, 14, 17, 23 and 26, and the limits of a session)."""
    smtp = settings.smtp
    return SessionLimits(
        hostname=hostname,
        idle_timeout=smtp.idle_timeout_seconds,
        session_timeout=smtp.max_session_minutes * 60 or None,
        max_command_errors=smtp.max_command_errors,
        announced_size=smtp.max_message_size,
        announced_recipients=recipient_limit.limit(settings),
        max_commands=smtp.max_commands_per_session,
        max_messages=smtp.max_messages_per_session,
        min_data_rate=smtp.min_data_rate,
        auth_without_tls=smtp.auth_without_tls,
    )


def message_limits(
    client: ClientFacts, settings: RuntimeSettings, *, sender_is_local: bool, added: int = 0
) -> MessageLimits:
    """Give what holds for the octets of a message; `added` of them were put there by ourselves."""
    smtp = settings.smtp
    return MessageLimits(
        size=most_octets(settings, sender_is_local=sender_is_local) + added,
        line_length=smtp.max_line_length + len("\r\n"),
        header_size=smtp.max_header_size + added,
        bare_line_ends="normalise" if mends_line_ends(client, settings) else "refuse",
    )
