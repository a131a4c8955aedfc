"""Whom nobody vouches for, and whose senders are known all the same. Asked by checks and by `lookups`."""

from functools import lru_cache

from mailcore.address import Address, local_key
from mailcore.settings import RuntimeSettings
from maildecide.session.facts import ClientFacts


def is_stranger(client: ClientFacts) -> bool:
    """Whether the client came in on the SMTP port, has not authenticated, is not relay-permitted and not ourselves."""
    return not (client.is_submission or client.is_authenticated or client.is_relay_permitted or client.is_ourselves)


def is_whitelisted(sender: Address | None, settings: RuntimeSettings) -> bool:
    """Whether mail from `sender` is exempt from the checks of content and DNS. Local parts compare without case."""
    if sender is None or not settings.smtp.sender_whitelist:
        return False
    known = _keys(settings.smtp.sender_whitelist)
    return f"@{sender.domain}" in known or local_key(str(sender)) in known


@lru_cache(maxsize=4)
def _keys(entries: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(local_key, entries))
