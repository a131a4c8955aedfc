"""What becomes of banned clients that are not refused with a reply (row 15, as it was when the connection began)."""

from typing import Literal

from mailcore.settings import RuntimeSettings
from maildecide.session.facts import ClientFacts

Disposition = Literal["server_trash", "user_trash", "tag_subject", "add_header"]


def closes_silently(client: ClientFacts, settings: RuntimeSettings) -> bool:
    """Whether the connection is closed without a word."""
    return client.is_banned and settings.smtp.banned_connection_action == "disconnect"


def disposition(client: ClientFacts, settings: RuntimeSettings) -> Disposition | None:
    """Give what is done to the mail of a client that was let in although it is banned; None: nothing.

    Sessions that have authenticated are not touched.
    """
    action = settings.smtp.banned_connection_action
    if not client.is_banned or client.is_authenticated:
        return None
    match action:
        case "server_trash" | "user_trash" | "tag_subject" | "add_header":
            return action
        case _:
            return None
