"""Whose CR or LF that stands alone is mended: it is how one message is smuggled inside another."""

from mailcore.settings import RuntimeSettings
from maildecide.session.facts import ClientFacts


def mends_line_ends(client: ClientFacts, settings: RuntimeSettings) -> bool:
    """Whether they become CRLF; otherwise the message is refused."""
    match settings.smtp.bare_line_endings:
        case "normalise":
            return True
        case "refuse":
            return False
        case "refuse_strangers":
            return client.is_authenticated or client.is_relay_permitted
