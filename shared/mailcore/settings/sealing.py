"""What is said of mail that others wrote when it is sent on."""

from mailcore.settings.group import SettingsGroup


class SealingSettings(SettingsGroup):
    """ARC (RFC 8617)."""

    arc_seal: bool = False
    """Whether strangers' mail that goes on to other servers is sealed: what was found of its origin when it came.

    By a DKIM key of this server's domain, or else of a recipient's domain. Servers that trust us take our word where
    forwarding has broken SPF or a signature. Mail with a broken chain, and mail that was not examined, goes unsealed.
    """
