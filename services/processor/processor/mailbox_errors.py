"""Why a mailbox does not take a copy: not now, or never."""

from mailcore.errors import Permanent, Transient


class MailboxAway(Transient):
    """A mailbox cannot be written to: disk full, quota exhausted, read-only, permissions."""

    def __init__(self, why: str | None = None, status: str = "4.2.0") -> None:
        """`status`: the enhanced status (RFC 3463)."""
        self.status = status
        super().__init__(why)


class MailboxFull(MailboxAway):
    """A mailbox is at its quota."""

    def __init__(self, why: str | None = None, status: str = "4.2.2") -> None:
        """`status`: the enhanced status (RFC 3463)."""
        super().__init__(why, status)


class MailboxUnsure(MailboxAway):
    """A server was sent a copy for a mailbox, and its reply was lost: it may have it (RFC 1047)."""


class MailboxRefused(Permanent):
    """A mailbox does not take a copy, and will not."""

    def __init__(self, why: str, status: str) -> None:
        """`status`: the enhanced status (RFC 3463)."""
        self.status = status
        super().__init__(why)
