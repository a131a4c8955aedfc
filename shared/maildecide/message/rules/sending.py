"""Where a message goes that a rule sends to an address: to whoever is behind it and takes it."""

from collections.abc import Iterator
from dataclasses import dataclass

from mailcore.address import parse_address
from mailcore.directory.account import Account
from mailcore.directory.targets import AccountTarget, RemoteTarget, Resolution, ServerTarget
from mailcore.srs import SrsKeys
from maildecide import cancel_list
from maildecide.message.actions import Apart, SendRemote, StoreLocal
from maildecide.message.forwarding.rewriting import as_ours
from maildecide.message.mail import Mail


@dataclass(frozen=True, slots=True)
class Handling:
    """How what leaves this server is handled there (RFC 3461)."""

    named: str
    """The recipient whose rule it was."""
    notify: str = "NEVER"
    """NOTIFY: of a copy that its sender knows nothing of, nobody is told."""
    original: str = ""
    """ORCPT as given."""
    srs: SrsKeys | None = None
    """What rewrites the sender of what leaves this server, as it does where accounts forward; None: he stays."""
    domain: str = ""
    """The domain of ours at which a rewritten sender is; empty: he stays."""


def deliveries(
    mail: Mail, address: str, resolution: Resolution | None, handling: Handling
) -> Iterator[StoreLocal | SendRemote | Apart | str]:
    """Give a copy for each who is behind `address`, and for each who does not take it why not.

    Their own header rules do not apply, so that rules never go in circles.
    """
    targets = () if resolution is None else resolution.targets
    if resolution is not None and resolution.status == "unmanaged":
        targets = (RemoteTarget(address),)
    if not targets:
        yield f"{address}: nobody is behind it any more"
    for target in targets:
        match target:
            case AccountTarget(account, folder):
                why = _refusal(account, mail)
                stored = StoreLocal(account.mailbox, address, folder, account.address)
                yield stored if why is None else f"{account.address}: {why}"
            case ServerTarget(mailbox):
                yield StoreLocal(mailbox, address)
            case RemoteTarget(elsewhere):
                yield _leaving(mail, elsewhere, handling)


def _leaving(mail: Mail, address: str, handling: Handling) -> SendRemote | Apart:
    """Give what sends a copy to another server, under a sender of ours where SPF would have it refused otherwise."""
    domain = parse_address(address).domain
    other, token = as_ours(mail, handling.srs if handling.domain else None, handling.domain)
    sent = SendRemote(address, domain, handling.notify, handling.original, handling.named, token)
    return sent if other is mail else Apart(sent, other)


def _refusal(account: Account, mail: Mail) -> str | None:
    if not account.enabled:
        return "the account is disabled"
    if cancel_list.refuses(account, mail.envelope.sender):
        return "the account's cancel list names the sender"
    if account.max_receive_size is not None and mail.content.size > account.max_receive_size:
        return f"the account takes messages of up to {account.max_receive_size} octets"
    return None
