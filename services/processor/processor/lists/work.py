"""The kind `list`: one task of a mailing list, by what the job carries. THE LIST of them.

Worked on by a worker of its own, a few at a time, so that lists do not hold up other mail.
"""

from collections.abc import Awaitable, Callable
from typing import assert_never

from mailcore.db.jobs import Job
from mailcore.list_jobs import Commands, HeldNotice, Opening, Range, Resubmission, Return, decode
from mailcore.trace import Trace

AT_ONCE = 4
"""How many of these jobs a processor has in hand."""

Done = Awaitable[Trace | None]
"""What the trace is to say of a job that is done and not ended yet; None where the task has ended it itself."""


class ListWork:
    """Does the work of `list` jobs."""

    def __init__(
        self,
        *,
        opening: Callable[[Job, Opening], Done],
        copies: Callable[[Job, Range], Done],
        resubmission: Callable[[Job, Resubmission], Done],
        commands: Callable[[Job, Commands], Done],
        returns: Callable[[Job, Return], Done],
        held_notice: Callable[[Job, HeldNotice], Done],
    ) -> None:
        self._opening = opening
        self._copies = copies
        self._resubmission = resubmission
        self._commands = commands
        self._returns = returns
        self._held_notice = held_notice

    async def __call__(self, job: Job) -> Trace | None:
        """Do it. Raises Transient when it is to be tried again, Malformed for a job that carries something else."""
        task = decode(job.payload)
        match task:
            case Opening():
                return await self._opening(job, task)
            case Range():
                return await self._copies(job, task)
            case Resubmission():
                return await self._resubmission(job, task)
            case Commands():
                return await self._commands(job, task)
            case Return():
                return await self._returns(job, task)
            case HeldNotice():
                return await self._held_notice(job, task)
            case _:
                assert_never(task)
