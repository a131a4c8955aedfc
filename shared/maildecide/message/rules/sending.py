"""Where a message goes that a rule sends to an address: to whoever is behind it and takes it."""

from collections.abc import Iterator

from mailcore.directory.account import Account
from mailcore.directory.targets import AccountTarget, Resolution, ServerTarget
from maildecide import cancel_list
from maildecide.message.actions import StoreLocal
from maildecide.message.mail import Mail


def deliveries(mail: Mail, address: str, resolution: Resolution | None) -> Iterator[StoreLocal | str]:
    """Give a copy for each who is behind `address`, and for each who does not take it why not.

    Their own header rules do not apply, so that rules never go in circles.
    """
    targets = () if resolution is None else resolution.targets
    if not targets:
        yield f"{address}: nobody is behind it any more"
    for target in targets:
        match target:
            case AccountTarget(account, folder):
                why = _refusal(account, mail)
                yield (
                    f"{account.address}: {why}"
                    if why
                    else StoreLocal(account.mailbox, address, folder, account.address)
                )
            case ServerTarget(mailbox):
                yield StoreLocal(mailbox, address)
            case _:
                yield f"{target.address}: it is in no managed domain"


def _refusal(account: Account, mail: Mail) -> str | None:
    if not account.enabled:
        return "the account is disabled"
    if cancel_list.refuses(account, mail.envelope.sender):
        return "the account's cancel list names the sender"
    if account.max_receive_size is not None and mail.content.size > account.max_receive_size:
        return f"the account takes messages of up to {account.max_receive_size} octets"
    return None
