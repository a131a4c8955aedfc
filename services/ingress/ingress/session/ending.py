"""How the code that speaks with the client says that a command, or the whole conversation, ends here."""

from ingress.seam import Interruption
from mailcore.replies import Reply


class CommandRefused(Exception):  # noqa: N818 - reads as what happened
    """The command is answered with an error of the session's own and does nothing."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(str(reply))
        self.reply = reply


class Unsupported(CommandRefused):
    """The command is none that is done here: these are counted (row 14)."""


class Ended(Exception):  # noqa: N818 - reads as what happened
    """The conversation is over: `reply` is the last word, or None when it is said or nobody is there to hear it."""

    def __init__(self, reply: Reply | None, why: Interruption) -> None:
        super().__init__(why)
        self.reply = reply
        self.why = why
