from collections.abc import Sequence
from uuid import UUID, uuid4

import pytest

from mailcore import events
from mailcore.db.database import Database
from mailcore.db.trace_reader import TraceFilter, TraceReader
from mailcore.db.trace_rows import write_traces
from mailcore.errors import Invalid, NotFound
from mailcore.trace import Trace, TraceEvent, TraceRecipient

DELIVERED, FAILED, REFUSED, SPOOLED = (UUID(int=number) for number in (4, 3, 2, 1))


def ingress(message_id: UUID, at: float, outcome: str = events.ACCEPTED, **more: object) -> Trace:
    values = {
        "client_ip": "192.0.2.1",
        "sender": "Ann@example.org",
        "header_message_id": f"<{at:.0f}@example.org>",
        "recipients": (TraceRecipient("bob@example.com", outcome),),
        "events": (TraceEvent(at, "mail", "a"), TraceEvent(at + 0.1, "message", "b")),
    } | more
    return Trace(message_id, "ingress", at, outcome, 1, **values)  # type: ignore[arg-type]


def processor(message_id: UUID, at: float, outcome: str, *recipients: str) -> Trace:
    return Trace(
        message_id,
        "processor",
        at,
        outcome,
        2,
        recipients=tuple(TraceRecipient(one, outcome) for one in recipients),
        events=(TraceEvent(at, "execute", outcome),),
    )


@pytest.fixture
async def reader(database: Database) -> TraceReader:
    both = (TraceRecipient("bob@example.com", events.ACCEPTED), TraceRecipient("Eve@example.com", events.ACCEPTED))
    async with database.transaction() as connection:
        await write_traces(
            connection,
            [
                # Written in another order than it happened, as services write on their own.
                processor(DELIVERED, 402, events.DELIVERED, "bob@example.com"),
                ingress(DELIVERED, 400),
                ingress(FAILED, 300, client_ip="192.0.2.7", recipients=both),
                processor(FAILED, 301, events.DEFERRED, "bob@example.com", "Eve@example.com"),
                processor(FAILED, 360, events.DELIVERED, "bob@example.com"),
                ingress(REFUSED, 200, events.REFUSED, sender=None, header_message_id=None, count=9),
                ingress(SPOOLED, 100, sender=""),
            ],
        )
    return TraceReader(database)


async def found(reader: TraceReader, **wanted: object) -> list[UUID]:
    page = await reader.search(TraceFilter(**wanted), None, 50)  # type: ignore[arg-type]
    assert page.next is None
    return [item.id for item in page.items]


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        ({}, [DELIVERED, FAILED, REFUSED, SPOOLED]),
        ({"sender": "ann@EXAMPLE.org"}, [DELIVERED, FAILED]),
        ({"sender": ""}, [SPOOLED]),
        ({"sender": "nobody@example.org"}, []),
        ({"sender": "\0"}, []),
        ({"recipient": "eve@example.com"}, [FAILED]),
        ({"recipient": "bob@example.com"}, [DELIVERED, FAILED, REFUSED, SPOOLED]),
        ({"client_ip": "192.0.2.7"}, [FAILED]),
        ({"message_id": "<400@example.org>"}, [DELIVERED]),
        ({"message_id": "400@example.org"}, [DELIVERED]),
        ({"message_id": str(FAILED)}, [FAILED]),
        ({"message_id": str(UUID(int=9))}, []),
        ({"outcome": events.DELIVERED}, [DELIVERED, FAILED]),
        ({"outcome": events.REFUSED}, [REFUSED]),
        ({"outcome": events.DEFERRED}, [FAILED]),
        ({"since": 200}, [DELIVERED, FAILED, REFUSED]),
        ({"until": 300}, [REFUSED, SPOOLED]),
        ({"since": 200, "until": 400}, [FAILED, REFUSED]),
        ({"since": 301, "until": 302}, []),
        ({"client_ip": "192.0.2.1", "outcome": events.DELIVERED, "recipient": "BOB@example.com"}, [DELIVERED]),
    ],
)
async def test_search_finds_messages_that_match_everything(
    reader: TraceReader, wanted: dict[str, object], ids: list[UUID]
) -> None:
    assert await found(reader, **wanted) == ids


async def test_pages_hold_every_message_once(reader: TraceReader, database: Database) -> None:
    more = [uuid4() for _ in range(7)]
    async with database.transaction() as connection:
        await write_traces(connection, [ingress(one, 500.25) for one in more])
    seen: list[UUID] = []
    cursor, pages = None, 0
    while cursor is not None or pages == 0:
        page = await reader.search(TraceFilter(), cursor, 3)
        seen += [item.id for item in page.items]
        cursor, pages = page.next, pages + 1
    assert pages == 4
    assert set(seen[:7]) == set(more)
    assert seen[7:] == [DELIVERED, FAILED, REFUSED, SPOOLED]


@pytest.mark.parametrize("cursor", ["", "x", "1.0", "1.0 x", "nan 1 2", f"1.0 {2**63}", "1.00 5"])
async def test_wrong_cursor_is_invalid(reader: TraceReader, cursor: str) -> None:
    with pytest.raises(Invalid):
        await reader.search(TraceFilter(), cursor, 3)


async def test_summary_tells_the_last_thing_known(reader: TraceReader) -> None:
    items = {item.id: item for item in (await reader.search(TraceFilter(), None, 50)).items}
    failed = items[FAILED]
    assert (failed.at.timestamp(), failed.outcome, failed.client_ip) == (300, events.DELIVERED, "192.0.2.7")
    assert {one.address: one.outcome for one in failed.recipients} == {
        "bob@example.com": events.DELIVERED,
        "Eve@example.com": events.DEFERRED,
    }
    assert (items[REFUSED].count, items[REFUSED].sender, items[SPOOLED].sender) == (9, None, "")


async def test_story_is_told_over_services_and_attempts(reader: TraceReader) -> None:
    story = await reader.story(FAILED)
    assert [(event.at.timestamp(), event.service, event.what) for event in story.events] == [
        (300, "ingress", "a"),
        (pytest.approx(300.1), "ingress", "b"),
        (301, "processor", events.DEFERRED),
        (360, "processor", events.DELIVERED),
    ]
    assert [event.settings_revision for event in story.events] == [1, 1, 2, 2]
    assert story.message_id == "<300@example.org>"


async def test_message_without_a_trace_is_not_found(reader: TraceReader) -> None:
    with pytest.raises(NotFound):
        await reader.story(uuid4())


async def test_nothing_at_all_is_an_empty_page(database: Database) -> None:
    page = await TraceReader(database).search(TraceFilter(), None, 5)
    assert (page.items, page.next) == ((), None)


async def test_session_without_recipients_is_found(database: Database) -> None:
    lone = Trace(uuid4(), "ingress", 1.5, events.ABORTED, 0)
    async with database.transaction() as connection:
        await write_traces(connection, _only(lone))
    (item,) = (await TraceReader(database).search(TraceFilter(), None, 5)).items
    assert (item.id, item.recipients, item.outcome) == (lone.message_id, (), events.ABORTED)


def _only(one: Trace) -> Sequence[Trace]:
    return (one,)
