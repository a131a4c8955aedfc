"""Send the message on where a forward of the account says so: the first that applies ends the search.

After header rules, which may have put it into the trash. What never leaves: trashed, marked and incomplete mail.
"""

from collections.abc import Iterator

from mailcore import events
from mailcore.directory.folder_name import TRASH
from maildecide.message.actions import Action, Done, Note
from maildecide.message.context import Context
from maildecide.message.forwarding.choice import chosen
from maildecide.message.forwarding.journey import Journey
from maildecide.message.mail import Mail


def apply(mail: Mail, context: Context) -> Iterator[Action]:
    """Send copies to whoever the forward names, and end here when the account keeps none."""
    account = context.account
    if account is None or not account.enabled:
        return
    forward = chosen(context.orders_of(account).forwards, mail.envelope.sender)
    if forward is None:
        return
    if (why := _withheld(mail)) is not None:
        yield Note(events.FORWARD_STOPPED, (("account", account.address), ("reason", why)))
        return
    journey = Journey(context, mail.arrival.id)
    stays = journey.leave(mail, account, forward, (account.address,))
    yield from journey.actions
    if not stays:
        yield Done(f"forwarded to {' '.join(forward.to)}, no copy kept")


def _withheld(mail: Mail) -> str | None:
    """Give why a message goes nowhere; the marks are those of rows 11 and 15."""
    marks = mail.marks
    if marks.incomplete:
        return "the message is incomplete"
    if marks.banned is not None or marks.sender_domain_missing:
        return "the message is marked"
    return "the message is trashed" if mail.folder == TRASH else None
