"""What a report says, as values."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

Action = Literal["failed", "delayed", "delivered", "relayed", "expanded"]
"""RFC 3464 2.3.3. `relayed`: to a server that will not report itself; `expanded`: to all who are behind an alias."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What became of one recipient."""

    recipient: str
    """The address that was tried."""
    action: Action
    status: str
    """RFC 3463."""
    why: str
    """What the other server said, word for word, or what this one has to say."""
    is_remote: bool = False
    """Whether another server said it, in SMTP."""
    original: str | None = None
    """ORCPT as given."""
    remote_mta: str | None = None
    """The server that said it."""
    named: str = ""
    """The address that the sender wrote, where that is another."""
    attempted_at: float | None = None
    """When it was tried last, in seconds since the epoch."""
    retry_until: float | None = None
    """For `delayed`: when it will be given up."""
    is_expired: bool = False
    """For `failed`: whether it may have been taken later, and its time is over."""


@dataclass(frozen=True, slots=True)
class Streamed:
    """A message that is returned whole and not held: what it is made of comes from elsewhere."""

    is_ascii: bool


@dataclass(frozen=True, slots=True)
class Report:
    """One report to one sender about one message."""

    id: UUID
    """Derived from the message's, so that a repeat makes the same report."""
    to: str
    """The envelope sender of the message."""
    notices: tuple[Notice, ...]
    """All of one action, at least one."""
    hostname: str
    at: float
    """In seconds since the epoch."""
    arrived_at: float
    """When the message came, in seconds since the epoch."""
    header: bytes
    """The message's header section, CRLF-ended."""
    whole: bytes | Streamed | None = None
    """The whole message, where it is returned."""
    envid: str | None = None
    """ENVID as given."""
    smtputf8: bool = False
    """Whether the message was sent with SMTPUTF8, so that its sender reads UTF-8 anywhere (RFC 6533)."""

    @property
    def action(self) -> Action:
        """What it is about."""
        return self.notices[0].action
