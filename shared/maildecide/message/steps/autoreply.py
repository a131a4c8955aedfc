"""Answer the envelope sender where the account has an autoreply in force, and nothing speaks against it.

Before forwarding: also an account that keeps no copy answers.
"""

from collections.abc import Iterator

from mailcore import events
from mailcore.address import local_key, parse_address
from mailcore.directory.account import Account
from mailcore.directory.targets import AccountTarget, ListTarget, Resolution, Target
from mailcore.ids import derived_id
from maildecide import cancel_list
from maildecide.message.actions import Action, Apart, Note, Reply, Resubmit, SendRemote
from maildecide.message.context import Context
from maildecide.message.mail import Mail
from maildecide.message.replying.correspondents import sender_of
from maildecide.message.replying.restraint import is_in_force, withheld
from maildecide.message.replying.wording import reply

_HOUR = 3600.0


def apply(mail: Mail, context: Context) -> Iterator[Action]:
    """Reply, should the sender have had no reply for the interval: that is decided where it is remembered."""
    account = context.account
    autoreply = None if account is None else context.orders_of(account).autoreply
    if account is None or autoreply is None or not account.enabled or not is_in_force(autoreply, mail.arrival.at):
        return
    sender = sender_of(mail)
    why = withheld(mail, context, account)
    if why is not None or sender is None:
        yield _note(account, why or "there is no sender")
        return
    number = derived_id(mail.arrival.id, "autoreply", account.address)
    deliveries = tuple(_deliveries(sender, context.resolutions.get(sender), str(number)))
    if not deliveries:
        yield _note(account, "nobody takes mail for the sender")
        return
    answer = reply(mail, number, account.address, autoreply, context.settings.smtp)
    yield Apart(Reply(account.address, _remembered(sender), autoreply.interval_hours * _HOUR, deliveries), answer)


def _deliveries(sender: str, resolution: Resolution | None, made: str) -> Iterator[SendRemote | Resubmit]:
    """Give where the reply goes: to another server, or to an address of ours, for which it is mail like any other."""
    if resolution is None:
        return
    if resolution.status == "unmanaged":
        yield SendRemote(sender, parse_address(sender).domain, "NEVER", made=made)
    elif any(_takes_it(target) for target in resolution.targets):
        yield Resubmit(sender, made)


def _takes_it(target: Target) -> bool:
    """Whether mail of the null sender is taken; lists are never answered."""
    match target:
        case AccountTarget(account):
            return account.enabled and not cancel_list.refuses(account, "")
        case ListTarget():
            return False
        case _:
            return True


def _remembered(sender: str) -> str:
    address = parse_address(sender)
    return f"{local_key(address.local_part)}@{address.domain}"


def _note(account: Account, why: str) -> Note:
    return Note(events.REPLY_WITHHELD, (("account", account.address), ("reason", why)))
