"""How long a client waits for its greeting."""

from mailcore.settings import RuntimeSettings
from maildecide.session.facts import ClientFacts


def greet_pause(client: ClientFacts, settings: RuntimeSettings) -> float:
    """Give the seconds: none on submission, nor for a client that is let pass."""
    return 0.0 if client.is_submission or client.is_passed else settings.smtp.greet_pause_seconds
