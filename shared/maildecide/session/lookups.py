"""What must be asked of DNS before a command is judged: nothing that no check needs. Asked by ingress."""

from mailcore.address import Address
from mailcore.settings import RuntimeSettings
from maildecide.session.facts import ClientFacts, MailFacts, RcptFacts
from maildecide.session.strangers import is_stranger, is_whitelisted


def wants_reverse(facts: MailFacts, settings: RuntimeSettings) -> bool:
    """Whether the name of the client's address matters."""
    return settings.smtp.reverse_dns != "off" and _is_looked_at(facts, settings)


def wants_sender_domain(facts: MailFacts, settings: RuntimeSettings) -> bool:
    """Whether it matters that the sender's domain exists (row 11)."""
    return (
        settings.smtp.unknown_sender_domain != "accept"
        and facts.sender is not None
        and not facts.sender.is_literal
        and not facts.sender_is_managed
        and _is_looked_at(facts, settings)
    )


def wants_block_lists(facts: RcptFacts, settings: RuntimeSettings) -> bool:
    """Whether it matters that the client is in a block list."""
    return bool(settings.smtp.dns_block_lists) and _is_looked_at(facts, settings)


def wants_origin(client: ClientFacts, sender: Address | None, settings: RuntimeSettings) -> bool:
    """Whether SPF, DKIM, DMARC and ARC of a message from this client and sender are evaluated."""
    return settings.smtp.authenticate_mail and is_stranger(client) and not is_whitelisted(sender, settings)


def _is_looked_at(facts: MailFacts | RcptFacts, settings: RuntimeSettings) -> bool:
    return is_stranger(facts.client) and not is_whitelisted(facts.sender, settings)
