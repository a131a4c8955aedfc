from uuid import UUID, uuid4

from mailcore import events
from mailcore.db.trace_coalescing import Coalescer
from mailcore.trace import Trace, TraceEvent, TraceRecipient


def refusal(
    at: float = 0.0, *, client_ip: str | None = "192.0.2.1", recipient: str = "a@example.com", check: str = "relay"
) -> Trace:
    return Trace(
        uuid4(),
        "ingress",
        at,
        events.REFUSED,
        1,
        client_ip,
        "s@example.org",
        recipients=(TraceRecipient(recipient, events.REFUSED),),
        events=(TraceEvent(at, "rcpt", events.RECIPIENT_REFUSED, check, "530 5.7.0 no"),),
    )


def test_first_refusal_passes_and_equal_ones_are_counted() -> None:
    coalescer = Coalescer()
    first = refusal(0)
    assert coalescer.take(first, 0) is first
    others = [refusal(at) for at in (1, 2, 3)]
    assert [coalescer.take(one, one.at) for one in others] == [None, None, None]
    assert coalescer.ended(59.9) == []
    (row,) = coalescer.ended(60)
    assert (row.count, row.message_id) == (3, others[-1].message_id)
    assert coalescer.ended(1000) == []


def test_minute_without_a_second_refusal_leaves_no_row() -> None:
    coalescer = Coalescer()
    coalescer.take(refusal(), 0)
    assert coalescer.ended(61) == []
    assert coalescer.flush() == []


def test_next_minute_begins_anew_and_keeps_the_count() -> None:
    coalescer = Coalescer()
    coalescer.take(refusal(), 0)
    coalescer.take(refusal(), 1)
    passed = coalescer.take(refusal(70), 70)
    assert passed is not None
    assert passed.count == 2
    assert coalescer.take(refusal(71), 71) is None


def test_what_differs_is_not_equal() -> None:
    coalescer = Coalescer()
    assert coalescer.take(refusal(), 0)
    assert coalescer.take(refusal(client_ip="192.0.2.2"), 0)
    assert coalescer.take(refusal(recipient="b@example.com"), 0)
    assert coalescer.take(refusal(check="size"), 0)


def test_only_refusals_of_known_clients_are_counted() -> None:
    coalescer = Coalescer()
    accepted = Trace(UUID(int=1), "ingress", 0, events.ACCEPTED, 1, "192.0.2.1")
    assert [coalescer.take(accepted, 0) for _ in range(2)] == [accepted, accepted]
    assert coalescer.take(refusal(client_ip=None), 0)
    assert coalescer.take(refusal(client_ip=None), 0)


def test_flush_gives_what_is_not_over_yet() -> None:
    coalescer = Coalescer()
    coalescer.take(refusal(), 0)
    coalescer.take(refusal(), 1)
    assert [row.count for row in coalescer.flush()] == [1]
    assert coalescer.flush() == []


def test_more_kinds_of_refusals_than_there_is_room_for_pass() -> None:
    coalescer = Coalescer()
    for number in range(10_000):
        assert coalescer.take(refusal(recipient=f"{number}@example.com"), 0)
    assert coalescer.take(refusal(recipient="one@example.net"), 0)
    assert coalescer.take(refusal(recipient="one@example.net"), 0)
    assert coalescer.take(refusal(recipient="0@example.com"), 0) is None


def test_connections_that_are_turned_away_for_now_are_counted_and_mail_that_is_is_not() -> None:
    coalescer = Coalescer()
    told = (TraceEvent(0.0, "connect", events.CLIENT_REFUSED, "connection_limit", "421 4.3.2 no"),)
    flood = [Trace(uuid4(), "ingress", 0.0, events.DEFERRED, 1, "192.0.2.1", events=told) for _ in range(3)]
    assert [coalescer.take(one, 0.0) for one in flood] == [flood[0], None, None]
    mail = [Trace(uuid4(), "processor", 0.0, events.DEFERRED, 1, "192.0.2.1", "s@example.org") for _ in range(2)]
    assert [coalescer.take(one, 0.0) for one in mail] == mail
