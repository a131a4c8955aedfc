"""The envelope sender of what is sent on to other servers: one of ours, which leads back to its own (SRS)."""

import msgspec

from mailcore.srs import SrsKeys
from maildecide.message.mail import Mail


def as_ours(mail: Mail, srs: SrsKeys | None, domain: str) -> tuple[Mail, str]:
    """Give the mail with a sender at `domain`, which is ours, and what must be kept for it; empty: nothing.

    `srs`: None where the sender is to stay: it is one of ours, or the operator wants that. The null sender always does.
    """
    sender = mail.envelope.sender
    if srs is None or not sender:
        return mail, ""
    rewritten = srs.rewritten(sender, domain, mail.arrival.at)
    envelope = msgspec.structs.replace(mail.envelope, sender=rewritten.address)
    return msgspec.structs.replace(mail, envelope=envelope), rewritten.token
