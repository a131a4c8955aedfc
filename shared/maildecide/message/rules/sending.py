"""Where a message goes that a rule sends to an address: to whoever is behind it and takes it."""

from collections.abc import Iterator
from dataclasses import dataclass

from mailcore.address import parse_address
from mailcore.directory.account import Account
from mailcore.directory.targets import AccountTarget, RemoteTarget, Resolution, ServerTarget
from maildecide import cancel_list
from maildecide.message.actions import SendRemote, StoreLocal
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


def deliveries(
    mail: Mail, address: str, resolution: Resolution | None, handling: Handling
) -> Iterator[StoreLocal | SendRemote | str]:
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
                domain = parse_address(elsewhere).domain
                yield SendRemote(elsewhere, domain, handling.notify, handling.original, handling.named)


def _refusal(account: Account, mail: Mail) -> str | None:
    if not account.enabled:
        return "the account is disabled"
    if cancel_list.refuses(account, mail.envelope.sender):
        return "the account's cancel list names the sender"
    if account.max_receive_size is not None and mail.content.size > account.max_receive_size:
        return f"the account takes messages of up to {account.max_receive_size} octets"
    return None
