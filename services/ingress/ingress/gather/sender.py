"""The facts of the sender."""

from ingress.gather.domain import is_managed
from ingress.gather.local_address import is_local
from ingress.transaction import Transaction
from mailcore.address import parse_address
from mailcore.directory.lookup import Directory
from maildecide.session.facts import ClientFacts, MailFacts


async def sender_facts(directory: Directory, client: ClientFacts, transaction: Transaction) -> MailFacts:
    """Gather what the MAIL checks need to know, and remember the sender in `transaction`. Raises DatabaseAway."""
    path = transaction.command.path
    sender = transaction.sender = parse_address(path) if path else None
    managed = sender is not None and await is_managed(directory, sender)
    transaction.sender_is_local = sender is not None and managed and await is_local(directory, sender)
    return MailFacts(
        client=client,
        sender=sender,
        sender_is_managed=managed,
        sender_is_local=transaction.sender_is_local,
        declared_size=transaction.command.size,
    )
