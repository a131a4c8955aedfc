"""The facts of the sender."""

from ingress.transaction import Transaction
from mailcore.address import parse_address
from mailcore.directory.lookup import Directory
from mailcore.directory.resolution import resolve
from mailcore.directory.targets import Resolution
from maildecide.session.facts import ClientFacts, MailFacts

_NOBODY = Resolution("unmanaged")


async def sender_facts(directory: Directory, client: ClientFacts, transaction: Transaction) -> MailFacts:
    """Gather what the MAIL checks need to know, and remember the sender in `transaction`. Raises DatabaseAway."""
    path, smtp = transaction.command.path, transaction.snapshot.settings.smtp
    sender = transaction.sender = parse_address(path) if path else None
    # A catch-all takes mail for everybody and makes nobody a sender of ours.
    behind = _NOBODY if sender is None else await resolve(directory, sender, smtp, catch_all=False)
    # A sender that was written here is known by its signature, and no account of ours stands behind it.
    is_rewritten = behind.via in {"srs", "verp"} and behind.is_local
    transaction.sender_is_local = behind.is_local and not is_rewritten
    return MailFacts(
        client=client,
        sender=sender,
        sender_is_managed=behind.status != "unmanaged",
        sender_is_local=transaction.sender_is_local,
        sender_is_rewritten=is_rewritten,
        sender_is_own=client.account is not None and behind.leads_to(client.account),
        declared_size=transaction.declared_size,
    )
