"""Send the message on where a forward of the account says so: the first that applies ends the search.

After header rules, which may have put it into the trash. What never leaves: trashed, marked and incomplete mail.
"""

from collections.abc import Iterator

from mailcore.directory.folder_name import TRASH
from maildecide.message.actions import Action, Done
from maildecide.message.context import Context
from maildecide.message.forwarding.choice import chosen
from maildecide.message.forwarding.journey import Journey
from maildecide.message.mail import Mail


def apply(mail: Mail, context: Context) -> Iterator[Action]:
    """Send copies to whoever the forward names, and end here when the account keeps none."""
    account = context.account
    if account is None or not account.enabled:
        return
    if mail.folder == TRASH or mail.marks.incomplete or mail.marks.banned is not None:
        return
    forward = chosen(context.orders_of(account).forwards, mail.envelope.sender)
    if forward is None:
        return
    journey = Journey(context, mail.arrival.id)
    stays = journey.leave(mail, account, forward, (account.address,))
    yield from journey.actions
    if not stays:
        yield Done(f"forwarded to {' '.join(forward.to)}, no copy kept")
