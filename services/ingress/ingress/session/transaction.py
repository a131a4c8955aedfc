"""What the session remembers of one mail transaction, from MAIL to its end."""

from dataclasses import dataclass

from ingress.seam import MessageSink
from ingress.session.body import Body
from ingress.session.dots import DotReader


@dataclass(slots=True)
class Transaction:
    """One mail transaction."""

    smtputf8: bool
    recipients: int = 0
    """Recipients accepted so far."""
    message: "Message | None" = None
    """The message that is coming; None before DATA and the first BDAT."""


@dataclass(slots=True)
class Message:
    """The octets of the transaction's message on their way."""

    sink: MessageSink
    body: Body
    dots: DotReader | None = None
    """What reads it when it comes by DATA."""
