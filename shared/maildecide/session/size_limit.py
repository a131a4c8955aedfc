"""How large a message may be (rows 17 and 18). Asked at MAIL, while the message comes, and after it."""

from mailcore.settings import RuntimeSettings


def most_octets(settings: RuntimeSettings, *, sender_is_local: bool) -> int:
    """Give the size of the largest message from such a sender, in octets as RFC 1870 5 counts them.

    Of external senders a message of the size of row 18 is refused already, not only one octet more.
    """
    smtp = settings.smtp
    if sender_is_local or smtp.max_external_message_size is None:
        return smtp.max_message_size
    return min(smtp.max_message_size, smtp.max_external_message_size - 1)
