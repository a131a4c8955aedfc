"""Several processors serve one list: numbers in a row, each range once, whoever dies; and clients that wait hear.

Row 13 of the settings has clients wait for their posts; what they look at is written by whichever processor ends one.
"""

import asyncio
from collections import Counter
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from tests.integration.processor.conftest import HeardTraces, Mailroom
from tests.integration.processor.lists import (
    ADA,
    BEA,
    LIST,
    a_post,
    add_many,
    expanded,
    held,
    make_list,
    outgoing,
    posts,
    without_sending,
)
from tests.integration.processor.waiting import until

from mailcore import events
from mailcore.db import list_posts
from mailcore.db.list_posts import post_id
from mailcore.db.tables import delivery_job
from mailcore.mail.incoming import Incoming, Marks
from mailcore.platform import Platform
from mailcore.trace import Trace
from processor.app import ProcessorService

MEMBERS = [f"m{n}@d{n % 3}.example.org" for n in range(3000)]


class Replica(HeardTraces):
    """One of several processors, by what it traces. It takes no more ranges once it has served one, until told to."""

    def __init__(self) -> None:
        super().__init__()
        self.service: ProcessorService | None = None
        self._pausing: asyncio.Future[None] | None = None

    def change(self, platform: Platform) -> Platform:
        """Give its platform."""
        return replace(without_sending(platform), tracer=self)  # type: ignore[arg-type]

    def record(self, trace: Trace) -> None:
        """Keep a trace."""
        super().record(trace)
        if self.service is not None and self._pausing is None and self.served:
            self._pausing = asyncio.ensure_future(self.service.lists.worker.pause())

    @property
    def served(self) -> int:
        """How many ranges it has served."""
        return sum(event.what == events.LIST_COPIED for trace in self.traces for event in trace.events)


async def test_numbers_have_no_gaps_over_several_processors_and_repeats(room: Mailroom) -> None:
    await make_list(room, ADA)
    mails = [a_post(room, subject=f"heron {n}") for n in range(30)]
    one, other = Replica(), Replica()
    async with room.processor(one.change), room.processor(other.change):
        await room.publish(*mails, *mails[:10])
        await until(lambda: expanded(room, 30), 60)
    assert [row["number"] for row in await posts(room)] == list(range(1, 31))
    assert len(room.files(ADA)) == 30


async def test_messages_to_the_same_lists_in_any_order_do_not_wait_for_each_other(room: Mailroom) -> None:
    """Each has a number of every list: who has one waits for nobody who has another."""
    other = "trees@example.com"
    await make_list(room, ADA)
    await make_list(room, ADA, address=other)
    orders = ((LIST, other), (other, LIST))
    await room.publish(*(a_post(room, *orders[n % 2], subject=f"heron {n}") for n in range(40)))
    one, another = Replica(), Replica()
    async with room.processor(one.change), room.processor(another.change):
        await until(lambda: expanded(room, 80), 60)
    assert [row["number"] for row in await posts(room)] == [*range(1, 41), *range(1, 41)]
    setbacks = {events.GIVEN_BACK, events.JOB_FAILED}
    assert not [e.what for heard in (one, another) for t in heard.traces for e in t.events if e.what in setbacks]


async def test_ranges_are_shared_and_done_once_each_though_a_processor_dies(room: Mailroom) -> None:
    """Six ranges, of which a processor takes four at once: what the first had begun, the other does anew."""
    made = await make_list(room, ADA, BEA)
    await add_many(room, made, MEMBERS)
    first, other = Replica(), Replica()
    async with room.processor(other.change) as survivor:
        async with room.processor(first.change) as dying:
            first.service, other.service = dying, survivor
            await room.publish(a_post(room))
            await until(lambda: first.served and other.served, 60)
            die(dying)
        await expire(room)
        await survivor.lists.worker.resume()
        await until(lambda: expanded(room), 60)
    jobs = await outgoing(room)
    got = Counter(one.address for job in jobs for one in job.recipients)
    assert set(got) == set(MEMBERS)
    assert set(got.values()) == {1}
    assert (len(room.files(ADA)), len(room.files(BEA))) == (1, 1)
    (post,) = await posts(room)
    assert {job.content_key for job in jobs} == {post["content"]}


def die(service: ProcessorService) -> None:
    """Drop what its worker has begun, whatever it has done so far, as if the process had died."""
    for task in list(service.lists.worker._leases._held.values()):
        task.cancel()


async def expire(room: Mailroom) -> None:
    """End all leases, as a minute does."""
    async with room.platform.database.transaction() as connection:
        leased = delivery_job.update().where(delivery_job.c.state == "leased")
        await connection.execute(leased.values(lease_until=0))


def awaited(mail: Incoming) -> Incoming:
    """Give a post whose client waits."""
    return msgspec.structs.replace(mail, marks=Marks(awaited=True))


async def is_settled(room: Mailroom, mail: Incoming) -> bool:
    number = post_id(mail.id, LIST)
    async with room.platform.database.read() as connection:
        return await list_posts.settled(connection, [number]) == {number}


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        ({}, (1, 0)),
        ({"moderation": "all"}, (0, 1)),
        ({"refused_posters": ["ada@*"]}, (0, 0)),
        ({"refused_posters": ["ada@*"], "refusal": "silent"}, (0, 0)),
    ],
)
async def test_a_client_waits_until_its_post_is_served_held_or_refused(
    embedded_room: Mailroom, fields: dict[str, Any], outcome: tuple[int, int]
) -> None:
    room = embedded_room
    await make_list(room, ADA, BEA, owner="olga@example.org", **fields)
    mail = awaited(a_post(room))
    async with room.processor(without_sending):
        await room.publish(mail)
        await until(lambda: is_settled(room, mail), 20)
        # By then all who are here have it.
        assert len(room.files(BEA)) == outcome[0]
    assert (len(await posts(room)), len(await held(room))) == outcome


async def test_a_client_waits_for_the_last_range(embedded_room: Mailroom) -> None:
    room = embedded_room
    made = await make_list(room, ADA)
    await add_many(room, made, MEMBERS[:1200])
    mail = awaited(a_post(room))
    async with room.processor(without_sending):
        await room.publish(mail)
        await until(lambda: is_settled(room, mail), 60)
        assert sum(len(job.recipients) for job in await outgoing(room)) == 1200


async def test_nobody_waits_for_a_list_without_members(embedded_room: Mailroom) -> None:
    room = embedded_room
    await make_list(room, posting="anyone")
    mail = awaited(a_post(room))
    async with room.processor(without_sending):
        await room.publish(mail)
        await until(lambda: is_settled(room, mail), 20)
    assert await expanded(room)
    assert await outgoing(room) == []
