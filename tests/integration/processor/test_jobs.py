"""The worker: jobs found by hint or by itself, under leases, ended or kept, whoever else works."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from structlog.testing import capture_logs
from tests.builders import MESSAGE_ID
from tests.integration.processor.conftest import Mailroom
from tests.integration.processor.waiting import until

from mailcore import events
from mailcore.bus.interface import Delivery
from mailcore.bus.topology import OUTBOUND
from mailcore.db import jobs
from mailcore.db.jobs import Job, NewJob
from mailcore.errors import ContentMissing, Transient
from mailcore.trace import Trace
from processor.jobs.ends import JobEnds
from processor.jobs.hints import hint
from processor.jobs.kinds import Postponed, Work
from processor.jobs.leases import Leases
from processor.jobs.worker import LOOK_SECONDS, JobWorker


def a_job(job_id: str, kind: str = "local", not_before: float = 0.0) -> NewJob:
    return NewJob(job_id, kind, "example.com/ada", str(MESSAGE_ID), b"payload", not_before)


async def put(room: Mailroom, *new: NewJob) -> None:
    async with room.platform.database.transaction() as conn:
        await jobs.insert(conn, new, time.time())


async def no_jobs(room: Mailroom) -> bool:
    return await room.jobs() == []


def ends_of(room: Mailroom, delay: float) -> JobEnds:
    return JobEnds(
        room.platform.database,
        room.heard,
        room.platform.metrics,
        revision=lambda: 7,
        clock=time.time,
        delay=lambda _: delay,
    )


@asynccontextmanager
async def working(
    room: Mailroom, kinds: Mapping[str, Work], *, lease: float = 60.0, delay: float = 0.0, renewing: float = 15.0
) -> AsyncIterator[JobWorker]:
    database = room.platform.database
    worker = JobWorker(
        database,
        kinds,
        ends_of(room, delay),
        Leases(database, time.time, seconds=lease, renew_every=renewing),
        most=50,
        clock=time.time,
    )
    worker.start()
    yield worker
    await worker.stop(5.0)


def told() -> Trace:
    return Trace(MESSAGE_ID, "processor", 1.0, events.DELIVERED, 0)


async def test_a_worker_that_takes_its_own_job_again_drops_what_it_was_at(embedded_room: Mailroom) -> None:
    """As one does that stood still for longer than its lease."""
    begun: list[int] = []
    dropped: list[int] = []

    async def work(job: Job) -> Trace:
        begun.append(job.attempt)
        if job.attempt == 1:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                dropped.append(job.attempt)
                raise
        return told()

    async with working(embedded_room, {"local": work}, lease=1.0, renewing=600.0) as worker:
        await put(embedded_room, a_job("one"))
        worker.look()
        await until(lambda: begun)
        await asyncio.sleep(1.1)
        worker.look()
        await until(lambda: no_jobs(embedded_room))
    assert begun == [1, 2]
    assert dropped == [1]


async def test_several_workers_do_each_job_once(room: Mailroom) -> None:
    done: Counter[str] = Counter()

    async def work(job: Job) -> Trace:
        await asyncio.sleep(0.001)
        done[job.id] += 1
        return told()

    await put(room, *(a_job(str(number)) for number in range(500)))
    async with working(room, {"local": work}), working(room, {"local": work}), working(room, {"local": work}):
        await until(lambda: no_jobs(room), 30)
    assert len(done) == 500
    assert set(done.values()) == {1}
    assert room.heard.traces[0].events[-1].what == events.JOB_DONE


async def test_a_hint_is_heard_sooner_than_the_next_look(room: Mailroom) -> None:
    began: list[float] = []

    async def work(_: Job) -> Trace:
        began.append(time.monotonic())
        return told()

    async with working(room, {"local": work}) as worker:

        async def hear(delivery: Delivery) -> None:
            worker.look()
            await delivery.done()

        consumer = await room.bus.consume(OUTBOUND, hear, prefetch=4)
        await asyncio.sleep(0.5)
        put_at = time.monotonic()
        await put(room, a_job("a"))
        await hint(room.bus, [a_job("a"), a_job("b", not_before=time.time() + 60)], time.time())
        await until(lambda: began)
        await consumer.stop(1)
    assert began[0] - put_at < LOOK_SECONDS / 2


async def test_a_failed_job_is_tried_again_and_traced(room: Mailroom) -> None:
    tries: list[int] = []

    async def work(job: Job) -> Trace:
        tries.append(job.attempt)
        if job.attempt == 1:
            raise Transient("no room")
        if job.attempt == 2:
            raise RuntimeError("a bug")
        return told()

    await put(room, a_job("a"))
    async with working(room, {"local": work}):
        await until(lambda: no_jobs(room))
    assert tries == [1, 2, 3]
    assert [trace.events[-1].what for trace in room.heard.traces] == [
        events.JOB_FAILED,
        events.JOB_FAILED,
        events.JOB_DONE,
    ]
    assert room.heard.traces[0].events[0].detail["reason"] == "no room"
    assert room.heard.traces[0].settings_revision == 7


async def test_a_job_that_is_put_off_remembers_and_others_come_of_it(room: Mailroom) -> None:
    seen: list[tuple[int, bytes]] = []

    async def work(job: Job) -> Trace | Postponed:
        if job.kind == "addon":
            return told()
        seen.append((job.attempt, job.payload))
        if job.attempt == 1:
            return Postponed("full", (a_job("follower", kind="addon"),), b"told")
        return Postponed("full yet") if job.attempt == 2 else told()

    await put(room, a_job("a"))
    async with working(room, {"local": work, "addon": work}):
        await until(lambda: no_jobs(room))
    assert seen == [(1, b"payload"), (2, b"told"), (3, b"told")]
    put_off = [trace.events[0] for trace in room.heard.traces if trace.events[0].what == events.JOB_FAILED]
    assert [event.detail["reason"] for event in put_off] == ["full", "full yet"]
    done = [
        event.detail["job"] for trace in room.heard.traces for event in trace.events if event.what == events.JOB_DONE
    ]
    assert sorted(done) == ["a", "follower"]


async def test_nothing_comes_of_a_job_that_another_has_by_now(room: Mailroom) -> None:
    """Whoever lost its lease while it worked changes nothing: the other worker says what is to be said."""
    await put(room, a_job("a"))
    now = time.time()
    async with room.platform.database.transaction() as conn:
        (mine,) = await jobs.claim(conn, kinds=["local"], owner="slow", now=now, lease_until=now - 1, limit=1)
        (theirs,) = await jobs.claim(conn, kinds=["local"], owner="quick", now=now, lease_until=now + 60, limit=1)
    await ends_of(room, delay=0.0).fail(mine, "full", (a_job("follower"),), b"told")
    (left,) = await room.jobs()
    assert (left.id, left.state, left.attempt) == ("a", "leased", 2)
    await ends_of(room, delay=0.0).fail(theirs, "full", (a_job("follower"),), b"told")
    assert sorted(job.id for job in await room.jobs()) == ["a", "follower"]


async def test_a_job_that_cannot_be_done_is_held(room: Mailroom) -> None:
    async def work(_: Job) -> Trace:
        raise ContentMissing("it is gone")

    await put(room, a_job("a"))
    async with working(room, {"local": work}):

        async def is_held() -> bool:
            return [(job.state, job.last_error) for job in await room.jobs()] == [("held", "it is gone")]

        await until(is_held)


async def test_an_unknown_kind_is_left_alone(room: Mailroom) -> None:
    async def work(_: Job) -> Trace:
        return told()

    await put(room, a_job("a", kind="outbound"), a_job("b"))
    with capture_logs() as logs:
        async with working(room, {"local": work}):

            async def only_the_other_is_left() -> bool:
                return [job.id for job in await room.jobs()] == ["a"]

            await until(only_the_other_is_left)
            await until(lambda: "jobs of this kind are left to other workers" in [line["event"] for line in logs])
    assert (await room.jobs())[0].attempt == 0


async def test_the_lease_of_a_killed_worker_expires(room: Mailroom) -> None:
    await put(room, a_job("a"))
    async with room.platform.database.transaction() as conn:
        now = time.time()
        assert await jobs.claim(conn, kinds=["local"], owner="killed", now=now, lease_until=now + 0.5, limit=1)

    async def work(job: Job) -> Trace:
        assert job.attempt == 2
        return told()

    async with working(room, {"local": work}):
        await until(lambda: no_jobs(room))


async def test_long_work_keeps_its_lease(room: Mailroom) -> None:
    tries: list[int] = []

    async def work(job: Job) -> Trace:
        tries.append(job.attempt)
        await asyncio.sleep(4.5)
        return told()

    await put(room, a_job("a"))
    async with (
        working(room, {"local": work}, lease=2.0, renewing=0.3),
        working(room, {"local": work}, lease=2.0, renewing=0.3),
    ):
        await until(lambda: no_jobs(room), 20)
    assert tries == [1]


async def test_work_whose_lease_is_lost_is_dropped(room: Mailroom) -> None:
    dropped = asyncio.Event()

    async def work(_: Job) -> Trace:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            dropped.set()
            raise
        raise AssertionError

    await put(room, a_job("a"))
    async with working(room, {"local": work}, renewing=0.2):

        async def is_leased() -> bool:
            return [job.state for job in await room.jobs()] == ["leased"]

        await until(is_leased)
        async with room.platform.database.transaction() as conn:
            assert await jobs.fail(conn, "a", 1, not_before=time.time() + 60, why="taken away")
        async with asyncio.timeout(10):
            await dropped.wait()
