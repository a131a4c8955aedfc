"""What the recipients of a job were waited for by: accounts that forwarded the message and kept no copy."""

from collections.abc import Iterable, Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from mailcore.db import partings
from mailcore.db.jobs import Job, NewJob
from processor.outbound.remote_mail import RemoteRecipient


async def end_partings(
    conn: AsyncConnection, job: Job, ended: Iterable[tuple[RemoteRecipient, bool]], now: float
) -> Sequence[NewJob]:
    """Hear of each recipient who waits no more whether he has it; give the jobs that bring messages back, inserted."""
    due: list[NewJob] = []
    for recipient, has_it in ended:
        done = partings.ticket(job.id, recipient.address)
        for parting in recipient.partings:
            due += await partings.end(conn, parting, done, is_taken=has_it, now=now)
    return due
