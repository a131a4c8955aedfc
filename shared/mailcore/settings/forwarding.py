"""What accounts do with their mail by themselves, as far as it is the same for all of them."""

from mailcore.settings.group import SettingsGroup


class ForwardingSettings(SettingsGroup):
    """Forwards and autoreplies beside what the rows say of them."""

    forward_srs: bool = True
    """Whether mail that is forwarded to other servers has a sender of ours, which leads back to its own (SRS).

    Servers that look at SPF would refuse it otherwise. Senders in managed domains and the null sender stay as they are.
    """

    autoreply_unnamed: bool = False
    """Whether mail is answered that names no address of the account in `To:` or `Cc:`.

    Such mail was sent to many, or to others (RFC 3834 2). Aliases and plus-addresses of the account name it too.
    """
