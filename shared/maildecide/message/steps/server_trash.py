"""Put what a banned client sent into the server's trash, and nowhere else, where row 15 says so."""

from collections.abc import Iterator

from maildecide.message.actions import Action, Done, TrashOnServer
from maildecide.message.context import Context
from maildecide.message.mail import Mail


def apply(mail: Mail, context: Context) -> Iterator[Action]:
    """End here for everybody, whoever they are: the message lies in the trash once."""
    if mail.marks.banned == "server_trash":
        yield TrashOnServer(str(context.recipient))
        yield Done("the client is banned")
