"""Why a mailbox does not take a copy now: another try may find it otherwise."""

from mailcore.errors import Transient


class MailboxAway(Transient):
    """A mailbox cannot be written to: disk full, quota exhausted, read-only, permissions."""


class MailboxFull(MailboxAway):
    """A mailbox is at its quota."""
