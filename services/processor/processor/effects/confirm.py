"""A success that a sender asked to hear of: a job that asks nobody and reports it (RFC 3461 5.2.3, 5.2.7)."""

import msgspec

from mailcore import events
from mailcore.db.jobs import NewJob
from mailcore.dsn.wanted import is_wanted
from mailcore.mail.content import InlineContent
from maildecide.message.actions import Confirm
from maildecide.message.mail import Mail
from maildecide.message.sender_known import is_sender_known
from processor.effects.copy_report import about, recipients_of, report_job
from processor.effects.outcome import Outcome
from processor.local_copy import LocalCopy
from processor.outbound.remote_mail import RemoteMail, RemoteRecipient


def carry_out(effect: Confirm, mail: Mail, settings_revision: int, now: float) -> Outcome:
    """Give the job that reports what became of a recipient."""
    envelope = mail.envelope
    done = RemoteMail(
        message_id=mail.arrival.id,
        accepted_at=mail.arrival.at,
        settings_revision=settings_revision,
        sender=envelope.sender,
        recipients=(RemoteRecipient(effect.recipient, frozenset({"SUCCESS"}), effect.original or None),),
        header=mail.trace_fields + mail.header,
        content=InlineContent(b""),
        body_start=0,
        smtputf8=envelope.smtputf8,
        envid=envelope.envid,
        is_verified=is_sender_known(mail.arrival.client, mail.marks),
        done=effect.action,
    )
    job = report_job(done, "confirm", f"{effect.action}\0{effect.recipient}", now)
    # What is said of the recipient is what became of the message, not of the report.
    return Outcome(events.DISCARDED, events.QUEUED, {"action": effect.action, "job": job.id}, jobs=(job,))


def of_copy(copy: LocalCopy) -> tuple[NewJob, ...]:
    """Give the jobs that report that a copy is in its mailbox: none where nobody asked to hear of that."""
    wish = copy.wish
    if wish is None or not copy.sender:
        return ()
    asking = tuple(one for one in recipients_of(copy, wish) if is_wanted("delivered", one.notify, copy.sender))
    if not asking:
        return ()
    done = msgspec.structs.replace(about(copy, wish, asking), done="delivered")
    return (report_job(done, "confirm", f"delivered\0{copy.mailbox}\0{copy.folder}", copy.accepted_at),)
