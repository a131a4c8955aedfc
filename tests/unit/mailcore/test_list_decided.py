from uuid import UUID

import pytest

from mailcore import events
from mailcore.list_decided import Decided
from mailcore.list_deeds import Verdict
from mailcore.trace import TraceRecipient

MESSAGE = UUID("01890a5d-ac96-774b-bcce-b302099a8057")


@pytest.mark.parametrize(
    ("verdict", "outcome"), [("approve", events.QUEUED), ("reject", events.FAILED), ("discard", events.DISCARDED)]
)
def test_the_trace_of_the_message_says_what_becomes_of_it(verdict: Verdict, outcome: str) -> None:
    trace = Decided(MESSAGE, "h", "birds@example.com", verdict, "olga@example.com", 5.0).trace("processor", 3)
    assert (trace.message_id, trace.at, trace.service, trace.settings_revision) == (MESSAGE, 5.0, "processor", 3)
    assert (trace.outcome, trace.recipients) == (outcome, (TraceRecipient("birds@example.com", outcome),))
    (event,) = trace.events
    assert (event.what, event.decided_by) == (events.LIST_DECIDED, "moderator")
    assert event.detail == {"list": "birds@example.com", "held": "h", "verdict": verdict, "by": "olga@example.com"}


def test_a_reason_is_told_where_one_was_given() -> None:
    trace = Decided(MESSAGE, "h", "birds@example.com", "reject", "olga@example.com", 5.0, "青鷺").trace("admin-api")
    assert trace.events[0].detail["reason"] == "青鷺"
