from uuid import UUID

import pytest

from ingress.seam import MailCommand, SessionState
from ingress.trace_book import TraceBook
from ingress.transaction import Transaction, begin_visit, has_begun, transaction_of, visit_of
from mailcore import events, replies
from mailcore.db.settings_store import Snapshot
from mailcore.mail.envelope import Envelope, Recipient
from mailcore.replies import Reply
from mailcore.settings import RuntimeSettings

SNAPSHOT = Snapshot(3, RuntimeSettings())


def a_transaction(*recipients: str) -> Transaction:
    command = MailCommand("bob@example.net", body="8BITMIME", smtputf8=True, ret="HDRS", envid="x")
    transaction = Transaction(UUID(int=1), SNAPSHOT, "192.0.2.1", command, TraceBook())
    transaction.recipients += [Recipient(address) for address in recipients]
    return transaction


def test_the_envelope_is_what_the_client_said() -> None:
    assert a_transaction("ada@example.com").envelope == Envelope(
        "bob@example.net", (Recipient("ada@example.com"),), "8BITMIME", smtputf8=True, ret="HDRS", envid="x"
    )


@pytest.mark.parametrize(
    ("accepted", "refusals", "outcome"),
    [
        ((), (), events.ABORTED),
        ((), (replies.RECIPIENT_UNKNOWN,), events.REFUSED),
        ((), (replies.RECIPIENT_UNKNOWN, replies.TRY_AGAIN_LATER), events.DEFERRED),
        (("ada@example.com",), (replies.RECIPIENT_UNKNOWN,), events.ABORTED),
    ],
)
def test_what_it_is_called_when_no_message_came(
    accepted: tuple[str, ...], refusals: tuple[Reply, ...], outcome: str
) -> None:
    transaction = a_transaction(*accepted)
    for reply in refusals:
        transaction.book.note(1.0, "rcpt", events.RECIPIENT_REFUSED, reply=reply, recipient="x@example.com")
    assert transaction.outcome_without_message == outcome


def test_its_story() -> None:
    transaction = a_transaction("ada@example.com")
    transaction.book.note(1.0, "mail", events.SENDER_ACCEPTED)
    story = transaction.story(events.ACCEPTED, "<one@example.net>")
    assert (story.message_id, story.settings_revision, story.client_ip) == (UUID(int=1), 3, "192.0.2.1")
    assert (story.sender, story.header_message_id, story.outcome) == (
        "bob@example.net",
        "<one@example.net>",
        "accepted",
    )


def test_a_visit_keeps_events_where_they_belong() -> None:
    state = SessionState("192.0.2.1", 50000, "smtp")
    assert not has_begun(state)
    visit = begin_visit(state, SNAPSHOT)
    assert has_begun(state)
    assert visit_of(state) is visit
    assert visit.open_book is visit.book
    with pytest.raises(RuntimeError, match="no transaction"):
        transaction_of(state)
    visit.transaction = a_transaction()
    assert transaction_of(state) is visit.transaction
    assert visit.open_book is visit.transaction.book
