from uuid import UUID

from ingress.trace_book import MOST_EVENTS, TraceBook, outcome_of
from mailcore import events, replies
from mailcore.trace import TraceRecipient

ID = UUID("01900000-0000-7000-8000-000000000001")


def test_the_story_of_a_message() -> None:
    book = TraceBook()
    book.note(1.0, "connect", events.CONNECTED, listener="smtp")
    book.note(2.0, "rcpt", events.RECIPIENT_ACCEPTED, reply=replies.RECIPIENT_OK, recipient="a@example.com")
    book.note(
        3.0,
        "rcpt",
        events.RECIPIENT_REFUSED,
        reply=replies.RECIPIENT_UNKNOWN,
        decided_by="recipient_exists",
        recipient="b@example.com",
    )
    trace = book.close(ID, events.ACCEPTED, revision=4, client_ip="192.0.2.7", sender="", accepted=("a@example.com",))
    assert (trace.at, trace.service, trace.settings_revision) == (1.0, "ingress", 4)
    assert trace.recipients == (
        TraceRecipient("a@example.com", "accepted"),
        TraceRecipient("b@example.com", "refused"),
    )
    assert [(event.what, event.decided_by, event.reply) for event in trace.events] == [
        ("connected", None, None),
        ("recipient_accepted", None, "250 2.1.5 Recipient accepted"),
        ("recipient_refused", "recipient_exists", "550 5.1.1 No such mailbox here"),
    ]
    assert trace.events[0].detail == {"listener": "smtp"}


def test_a_book_counts_what_it_has_no_room_for() -> None:
    book = TraceBook()
    for at in range(MOST_EVENTS + 7):
        book.note(at, "command", events.COMMAND_REFUSED, reply=replies.EXPN_REFUSED)
    story = book.close(ID, events.REFUSED, revision=1, client_ip="192.0.2.7").events
    assert len(story) == MOST_EVENTS + 1
    assert (story[-1].what, story[-1].detail) == ("left_out", {"count": "7"})


def test_a_refusal_before_a_message_is_told_with_that_message_and_no_other() -> None:
    session = TraceBook()
    session.note(1.0, "connect", events.CONNECTED)
    session.note(2.0, "command", events.COMMAND_REFUSED, reply=replies.EXPN_REFUSED)
    assert session.last_refusal == replies.EXPN_REFUSED
    first, second = session.begin_message(), session.begin_message()
    assert [event.what for event in first.close(ID, "accepted", revision=1, client_ip="").events] == [
        "connected",
        "command_refused",
    ]
    assert [event.what for event in second.close(ID, "accepted", revision=1, client_ip="").events] == ["connected"]
    assert session.last_refusal is None
    assert first.last_refusal is None


def test_a_message_begins_when_it_does_however_long_its_connection_has_stood() -> None:
    session = TraceBook()
    session.note(1.0, "connect", events.CONNECTED)
    message = session.begin_message()
    message.note(7200.0, "mail", events.SENDER_ACCEPTED, reply=replies.SENDER_OK)
    trace = message.close(ID, events.ACCEPTED, revision=1, client_ip="192.0.2.7", sender="")
    assert (trace.at, [event.at for event in trace.events]) == (7200.0, [1.0, 7200.0])
    assert session.close(ID, events.REFUSED, revision=1, client_ip="192.0.2.7").at == 1.0


def test_outcomes() -> None:
    assert outcome_of(replies.SENDER_OK) == "accepted"
    assert outcome_of(replies.TRY_AGAIN_LATER) == "deferred"
    assert outcome_of(replies.RECIPIENT_UNKNOWN) == "refused"
