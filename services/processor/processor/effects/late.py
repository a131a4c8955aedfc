"""A copy that its mailbox has not taken for hours: its sender is told, once, by a job that asks nobody."""

import msgspec

from mailcore.db.jobs import NewJob
from mailcore.dsn.wanted import is_wanted
from processor.effects.copy_report import about, recipients_of, report_job
from processor.local_copy import LocalCopy


def of_copy(copy: LocalCopy, why: str, status: str, *, retry_until: float | None, now: float) -> tuple[NewJob, ...]:
    """Give the job that reports that the copy waits yet: none where nobody wants to hear of that.

    `status`: the enhanced status (RFC 3463) for the report; `retry_until`: when the copy will be given up, None: never.
    """
    wish = copy.wish
    if wish is None or not copy.sender:
        return ()
    asking = tuple(one for one in recipients_of(copy, wish) if is_wanted("delayed", one.notify, copy.sender))
    if not asking:
        return ()
    late = msgspec.structs.replace(
        about(copy, wish, asking), done="delayed", refusal=why, refusal_status=status, retry_until=retry_until
    )
    return (report_job(late, "late", f"{copy.mailbox}\0{copy.folder}", now),)
