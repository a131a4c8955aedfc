"""Collects what happened to one message, or in one session that brought none, until it can be written down at once.

Kept by `handler` and its parts. Bounded: a client that goes on being refused makes the book count, not grow.
"""

from uuid import UUID

from mailcore import events
from mailcore.replies import Reply
from mailcore.trace import Trace, TraceEvent, TraceRecipient

SERVICE = "ingress"

MOST_EVENTS = 1000
"""Most events kept of one message."""


class TraceBook:
    """The events of one message in the order they happened."""

    def __init__(self, earlier: tuple[TraceEvent, ...] = ()) -> None:
        self._events = list(earlier)
        self._earlier = len(earlier)
        self._refused: list[TraceRecipient] = []
        self._left_out = 0
        self.last_refusal: Reply | None = None
        """The last refusal written into this book."""

    def note(
        self,
        at: float,
        stage: str,
        what: str,
        *,
        reply: Reply | None = None,
        decided_by: str | None = None,
        recipient: str | None = None,
        **detail: str,
    ) -> None:
        """Write down one event."""
        if reply is not None and not reply.is_success:
            self.last_refusal = reply
        if len(self._events) >= MOST_EVENTS:
            self._left_out += 1
            return
        if recipient is not None and reply is not None and not reply.is_success:
            self._refused.append(TraceRecipient(recipient, outcome_of(reply)))
        self._events.append(
            TraceEvent(
                at=at,
                stage=stage,
                what=what,
                decided_by=decided_by,
                reply=None if reply is None else str(reply),
                recipient=recipient,
                detail=detail,
            )
        )

    def begin_message(self) -> "TraceBook":
        """Begin a message's book with all that stands in this one, where refusals are told once only."""
        book = TraceBook(tuple(self._events))
        self._events = [event for event in self._events if event.reply is None or event.reply[0] in "23"]
        self.last_refusal = None
        return book

    def close(
        self,
        message_id: UUID,
        outcome: str,
        *,
        revision: int,
        client_ip: str,
        sender: str | None = None,
        header_message_id: str | None = None,
        accepted: tuple[str, ...] = (),
    ) -> Trace:
        """Give the whole story, which has one event at least.

        `accepted`: the recipients that were, who share the message's `outcome`.
        """
        story = tuple(self._events)
        if self._left_out:
            last = story[-1]
            story += (TraceEvent(last.at, last.stage, events.LEFT_OUT, detail={"count": str(self._left_out)}),)
        return Trace(
            message_id=message_id,
            service=SERVICE,
            # A client may send messages on one connection for hours; the trace is searched, and ages, by the message.
            at=story[min(self._earlier, len(story) - 1)].at,
            outcome=outcome,
            settings_revision=revision,
            client_ip=client_ip,
            sender=sender,
            header_message_id=header_message_id,
            recipients=(*(TraceRecipient(address, outcome) for address in accepted), *self._refused),
            events=story,
        )


def outcome_of(reply: Reply) -> str:
    """Give what becomes of a message or recipient that was answered so."""
    if reply.is_success:
        return events.ACCEPTED
    return events.DEFERRED if reply.is_temporary else events.REFUSED
