"""A worker that stops leaves nothing behind that it has claimed: it would wait for its lease to expire."""

import asyncio
import time
from typing import Any

from tests.integration.processor.conftest import Mailroom
from tests.integration.processor.test_jobs import a_job, ends_of, no_jobs, put, told

from mailcore.db import jobs
from mailcore.db.jobs import Job
from mailcore.trace import Trace
from processor.jobs.leases import Leases
from processor.jobs.worker import JobWorker


async def test_what_is_claimed_as_the_worker_stops_is_done(room: Mailroom) -> None:
    database, is_claiming = room.platform.database, asyncio.Event()

    async def done(_: Job) -> Trace:
        return told()

    async def claim(*args: Any, **values: Any) -> list[Job]:
        is_claiming.set()
        await asyncio.sleep(0.05)
        return await jobs.claim(*args, **values)

    await put(room, a_job("a"))
    ends, leases = ends_of(room, 0.0), Leases(database, time.time)
    worker = JobWorker(database, {"local": done}, ends, leases, most=50, clock=time.time, claim=claim)
    worker.start()
    await is_claiming.wait()
    await worker.stop(5.0)
    assert await no_jobs(room)
