"""The facts of a recipient."""

from ingress.gather.usage import usages_of
from ingress.parts import Parts
from ingress.transaction import Transaction
from mailcore.address import Address
from mailcore.directory.lookup import SessionDirectory
from mailcore.directory.resolution import resolve
from maildecide.session.facts import ClientFacts, RcptFacts


async def mailbox_of(directory: SessionDirectory, path: str) -> str | None:
    """Give the mailbox that a forward-path names: `postmaster` may stand alone (RFC 5321 4.5.1).

    None when that is nobody's, since no domain is managed. Raises DatabaseAway.
    """
    if "@" in path:
        return path
    domain = await directory.first_domain()
    return None if domain is None else f"{path}@{domain}"


async def recipient_facts(parts: Parts, client: ClientFacts, transaction: Transaction, recipient: Address) -> RcptFacts:
    """Gather what the RCPT checks need to know. Raises DatabaseAway."""
    resolution = await resolve(parts.directory, recipient, transaction.snapshot.settings.smtp)
    return RcptFacts(
        client=client,
        sender=transaction.sender,
        recipient=recipient,
        resolution=resolution,
        accepted_so_far=len(transaction.recipients),
        declared_size=transaction.declared_size,
        usages=await usages_of(parts.usage, resolution, parts.now()),
    )
