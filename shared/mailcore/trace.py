"""The story of a message: what was decided, where, by which check or step, under which settings.

One `Trace` per message and service, with its events, and its recipients to search by. Recording never waits and
never fails: losing trace rows in a crash is allowed, losing mail is not.
"""

from typing import Protocol
from uuid import UUID

import msgspec


class TraceEvent(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing that happened."""

    at: float
    """Seconds since the epoch."""
    stage: str
    """connect, helo, auth, mail, rcpt, message, accept; or plan, execute, delivery in the processor."""
    what: str
    """A name from `mailcore.events`."""
    decided_by: str | None = None
    """The check, step or effect that decided, by its module's name."""
    reply: str | None = None
    """The SMTP reply given, in full."""
    recipient: str | None = None
    """The recipient it is about; None for the whole message."""
    detail: dict[str, str] = {}
    """What else an operator wants to know. Never a secret."""


class TraceRecipient(msgspec.Struct, frozen=True):
    """What became of one recipient, as far as this service knows."""

    address: str
    outcome: str
    """accepted, refused, deferred, delivered, discarded, dead: see `mailcore.events`."""


class Trace(msgspec.Struct, frozen=True):
    """What one service has to say of one message, or of a session that brought none."""

    message_id: UUID
    service: str
    """ingress or processor."""
    at: float
    """When it began, in seconds since the epoch: events before that are of the connection."""
    outcome: str
    """accepted, refused, deferred, aborted; delivered, discarded, dead in the processor."""
    settings_revision: int
    """The revision that judged it."""
    client_ip: str | None = None
    sender: str | None = None
    """The envelope sender; empty for the null sender, None when MAIL never came."""
    header_message_id: str | None = None
    """The Message-ID field of the message, where it is known."""
    recipients: tuple[TraceRecipient, ...] = ()
    events: tuple[TraceEvent, ...] = ()
    count: int = 1
    """How many equal refusals of one client within a minute this row stands for."""


class Tracer(Protocol):
    """Where traces go."""

    def record(self, trace: Trace) -> None:
        """Take a trace to be written soon. Never waits, never raises."""
