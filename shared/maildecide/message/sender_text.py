"""The envelope sender as a header field may have it. Asked by the steps that write one."""

from mailcore.address import parse_address
from mailcore.mail.envelope import Envelope


def sender_text(envelope: Envelope) -> str | None:
    """Give the sender as it was written; None for the null sender.

    Also None for what is no address: its octets could be anything, and must not become lines of a header section.
    """
    try:
        parse_address(envelope.sender)
    except ValueError:
        return None
    return envelope.sender
