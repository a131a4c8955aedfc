"""The facts of the sender."""

from ingress.transaction import Transaction
from mailcore.address import parse_address
from maildecide.session.facts import ClientFacts, MailFacts


def sender_facts(client: ClientFacts, transaction: Transaction) -> MailFacts:
    """Gather what the MAIL checks need to know, and read the path into `transaction.sender`."""
    path = transaction.command.path
    transaction.sender = parse_address(path) if path else None
    return MailFacts(client=client, sender=transaction.sender, declared_size=transaction.command.size)
