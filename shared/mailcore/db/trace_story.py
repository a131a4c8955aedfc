"""What the trace tells of a message, put together over services and attempts."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import RowMapping

from mailcore.directory.stored import Entity


class StoryRecipient(Entity):
    """What became of one recipient."""

    address: str
    """The recipient, as it was given."""
    outcome: str
    """The last thing known: accepted, refused, deferred, queued, delivered, failed, discarded, dead."""
    service: str
    """The service that knew it last."""


class StoryEvent(Entity):
    """One thing that happened to a message."""

    at: datetime
    """When."""
    service: str
    """Where: ingress, processor or admin-api."""
    settings_revision: int
    """The revision of the settings that judged it."""
    stage: str
    """connect, helo, auth, mail, rcpt, message, accept; plan, execute, delivery, list."""
    what: str
    """What happened."""
    decided_by: str | None
    """The check, step or effect that decided."""
    reply: str | None
    """The SMTP reply given."""
    recipient: str | None
    """The recipient it is about; null: the whole message."""
    detail: dict[str, str]
    """What else there is to know."""


class MessageSummary(Entity):
    """A message, or a session that brought none, in short."""

    id: UUID
    """The id given at MAIL; a `250` names it."""
    at: datetime
    """When it began: at MAIL, or when the client connected where no message came."""
    outcome: str
    """The last thing known of the whole: accepted, refused, deferred, aborted, queued, delivered, failed, discarded,
    dead."""
    client_ip: str | None
    """Who brought it."""
    sender: str | None
    """The envelope sender; empty for the null sender, null when MAIL never came."""
    message_id: str | None
    """Its Message-ID field."""
    recipients: tuple[StoryRecipient, ...]
    """Its recipients and what became of each."""
    count: int
    """How many equal refusals of one client within a minute this stands for."""


class MessageStory(MessageSummary):
    """A message with everything that happened to it."""

    events: tuple[StoryEvent, ...]
    """What happened, in the order of time."""


def summary_of(rows: Sequence[RowMapping], recipients: Sequence[RowMapping]) -> MessageSummary:
    """Put one message together from its rows, oldest first, of which there is at least one."""
    return MessageSummary.model_validate(_summary(rows, recipients))


def story_of(rows: Sequence[RowMapping], recipients: Sequence[RowMapping]) -> MessageStory:
    """Put one message together with its events from its rows, oldest first, of which there is at least one."""
    told = [
        StoryEvent(
            at=_moment(event["at"]),
            service=row["service"],
            settings_revision=row["settings_revision"],
            stage=event["stage"],
            what=event["what"],
            decided_by=event.get("decided_by"),
            reply=event.get("reply"),
            recipient=event.get("recipient"),
            detail=event.get("detail", {}),
        )
        for row in rows
        for event in row["events"]
    ]
    # Stable: events of the same instant stay in the order in which the service told them.
    told.sort(key=lambda event: event.at)
    return MessageStory.model_validate(_summary(rows, recipients) | {"events": tuple(told)})


def _summary(rows: Sequence[RowMapping], recipients: Sequence[RowMapping]) -> dict[str, object]:
    last_of = {row["address"]: row for row in recipients}
    return {
        "id": rows[0]["message_id"],
        "at": _moment(rows[0]["at"]),
        "outcome": rows[-1]["outcome"],
        "client_ip": _first(rows, "client_ip"),
        "sender": _first(rows, "sender"),
        "message_id": _first(rows, "header_message_id"),
        "recipients": tuple(
            StoryRecipient(address=address, outcome=row["outcome"], service=row["service"])
            for address, row in last_of.items()
        ),
        "count": max(row["count"] for row in rows),
    }


def _first(rows: Sequence[RowMapping], column: str) -> str | None:
    found: str | None = next((row[column] for row in rows if row[column] is not None), None)
    return found


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
