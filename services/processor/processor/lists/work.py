"""The kind `list`: a job does one task for a mailing list, whichever it carries. `service` has THE LIST of them."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from mailcore.db.jobs import Job
from mailcore.errors import Malformed
from mailcore.list_jobs import Task, decode
from mailcore.trace import Trace

Does = Callable[[Job, Any], Awaitable[Trace | None]]
"""Does a task, harmlessly when it has been done before. Gives None when it has ended the job itself, else what the
trace is to say of it."""

Tasks = Mapping[type[Task], Does]
"""What does which task."""


class ListWork:
    """Does the work of `list` jobs."""

    def __init__(self, tasks: Tasks) -> None:
        self._tasks = tasks

    async def __call__(self, job: Job) -> Trace | None:
        """Do it. Raises Transient when it is to be tried again, Malformed for a job that carries something else."""
        task = decode(job.payload)
        does = self._tasks.get(type(task))
        if does is None:
            raise Malformed(f"nobody does this for a mailing list: {type(task).__name__}")
        return await does(job, task)
