"""Processes a message of our own, or one that came to a list by a forward, as a new one."""

import asyncio
from collections.abc import Callable

from mailcore.db.database import Database
from mailcore.db.jobs import Job
from mailcore.list_jobs import Resubmission
from maildecide.message.mail import decode
from maildecide.message.pipeline import COPIES, plan_message
from processor import report
from processor.execute import Executor
from processor.lists.ending import Tell, finish
from processor.lists.local_copies import stand_in
from processor.load import Loader

_HOLD_SECONDS = 45.0


class ResubmissionWork:
    """Processes them by the steps that hold for copies."""

    def __init__(
        self, database: Database, loader: Loader, executor: Executor, clock: Callable[[], float], *, tell: Tell
    ) -> None:
        self._database = database
        self._loader = loader
        self._executor = executor
        self._clock = clock
        self._tell = tell

    async def __call__(self, job: Job, task: Resubmission) -> None:
        """Process it, and end the job. Raises DatabaseAway, ContentAway, ContentMissing, Malformed."""
        loaded = await self._loader.load_for(decode(task.mail))
        plans = plan_message(COPIES, loaded.mail, loaded.contexts)
        incoming = stand_in(loaded.mail, loaded.settings_revision)
        executed = await self._executor.execute(
            incoming,
            plans,
            loaded.settings_revision,
            look_twice=lambda: job.attempt > 1,
            deadline=asyncio.get_running_loop().time() + _HOLD_SECONDS,
        )
        async with self._database.transaction() as connection:
            await finish(connection, job, self._clock())
        self._tell(job, report.trace_of(incoming, plans, executed, loaded.settings_revision, self._clock()))
