"""The facts of a recipient."""

from ingress.gather.account import account_of
from ingress.gather.domain import is_managed
from ingress.transaction import Transaction
from mailcore.address import Address
from mailcore.directory.lookup import Directory, SessionDirectory
from maildecide.session.facts import ClientFacts, RcptFacts


async def mailbox_of(directory: SessionDirectory, path: str) -> str | None:
    """Give the mailbox that a forward-path names: `postmaster` may stand alone (RFC 5321 4.5.1).

    None when that is nobody's, since no domain is managed. Raises DatabaseAway.
    """
    if "@" in path:
        return path
    domain = await directory.first_domain()
    return None if domain is None else f"{path}@{domain}"


async def recipient_facts(
    directory: Directory, client: ClientFacts, transaction: Transaction, recipient: Address
) -> RcptFacts:
    """Gather what the RCPT checks need to know. Raises DatabaseAway."""
    managed = await is_managed(directory, recipient)
    return RcptFacts(
        client=client,
        sender=transaction.sender,
        recipient=recipient,
        is_managed=managed,
        account=await account_of(directory, recipient) if managed else None,
        accepted_so_far=len(transaction.recipients),
        declared_size=transaction.command.size,
    )
