"""Why a message goes into a trash although nobody has asked for that."""

from mailcore.mail.incoming import Marks


def reason_of(marks: Marks) -> str:
    """Give the reason, for operators."""
    if marks.quarantined and marks.banned not in {"user_trash", "server_trash"}:
        return "the domain in From does not stand by it (DMARC)"
    return "the client is banned"
