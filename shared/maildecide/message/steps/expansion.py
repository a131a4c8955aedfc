"""Tell that a message was sent on to all who are behind a recipient, where they are several (RFC 3461 5.2.7.3 c).

That is all the success there is: of each of them only what fails or is late is told. Behind an alias with one it is as
if the sender had written to that one (5.2.7.2). A mailing list takes the message itself (5.2.7.1), in its own step.
"""

from collections.abc import Iterator

from mailcore.directory.targets import takes_mail
from mailcore.dsn.wanted import without_success
from maildecide.message.actions import Action
from maildecide.message.asking import Asks, asked, confirmed
from maildecide.message.context import Context
from maildecide.message.mail import Mail


def apply(mail: Mail, context: Context) -> Iterator[Action]:
    """Confirm it once for all of them, and ask for no success any more."""
    if not context.others_take_it or context.target is None:
        return
    notify = asked(mail, context.place)
    if "SUCCESS" not in notify:
        return
    if context.is_first_taker and takes_mail(context.target):
        yield from confirmed(mail, context.place, "expanded")
    yield Asks(context.place, without_success(notify))
