"""A copy that its mailbox does not take, for good: its sender is told, by a job that asks nobody and fails at once."""

import msgspec

from mailcore import events
from mailcore.db.jobs import NewJob
from processor.effects.copy_report import about, recipients_of, report_job
from processor.effects.outcome import Outcome
from processor.local_copy import LocalCopy


def given_up(copy: LocalCopy, why: str, status: str, now: float) -> Outcome | None:
    """Say that the copy is not stored, with the job that reports it; None when nobody is to be told.

    `status`: the enhanced status (RFC 3463) for the report.
    """
    job = _report(copy, why, status, now)
    if job is None:
        return None
    return Outcome(events.FAILED, events.NOT_STORED, {"reason": why, "job": job.id}, jobs=(job,))


def _report(copy: LocalCopy, why: str, status: str, now: float) -> NewJob | None:
    wish = copy.wish
    if wish is None:
        return None
    failed = msgspec.structs.replace(
        about(copy, wish, recipients_of(copy, wish)),
        content=copy.content,
        body_start=copy.body_start,
        refusal=why,
        refusal_status=status,
    )
    # One for each mailbox: an alias leads to several, and the recipient is the same for all of them.
    return report_job(failed, "given_up", f"{copy.mailbox}\0{copy.folder}", now)
