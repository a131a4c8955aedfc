"""What trace and metrics say of an attempt."""

from collections.abc import Sequence

from mailcore import events
from mailcore.db.jobs import Job
from mailcore.metrics import Metrics
from mailcore.trace import Trace, TraceEvent, TraceRecipient
from maildecide.message.actions import SendRemote
from processor import report
from processor.outbound.remote_mail import RemoteMail
from processor.outbound.reporter import Posted
from processor.outbound.settlement import Settled, Settlement
from processor.outbound.verdict import Verdict

_OUTCOMES: dict[Verdict, tuple[str, str]] = {
    "delivered": (events.DELIVERED, events.SENT),
    "later": (events.DEFERRED, events.JOB_FAILED),
    "failed": (events.FAILED, events.NOT_SENT),
}


def count(metrics: Metrics, settlement: Settlement, *, may_be_repeated: bool) -> None:
    """Count what became of an attempt."""
    metrics.delivered.labels(SendRemote.name).inc(settlement.count("delivered"))
    metrics.deferred.labels(SendRemote.name).inc(settlement.count("later"))
    metrics.failed.inc(settlement.count("failed"))
    if any(one.result.answer.is_unsure for one in settlement.each):
        metrics.unsure.inc()
    if may_be_repeated:
        metrics.repeated.labels(SendRemote.name).inc(settlement.count("delivered"))


def trace_of(
    job: Job, mail: RemoteMail, settlement: Settlement, *, may_be_repeated: bool, revision: int, now: float
) -> Trace:
    """Give the story of an attempt."""
    happened = [_event(job, one, now) for one in settlement.each]
    if may_be_repeated and settlement.count("delivered"):
        why = "an earlier attempt ended between the end of the message and its reply, or was cut off"
        happened.append(_delivery(job, events.MAY_BE_REPEATED, now, {"reason": why}))
    return Trace(
        message_id=mail.message_id,
        service=report.SERVICE,
        at=now,
        outcome=events.DEFERRED if mail.done == "delayed" else _worst(settlement),
        settings_revision=revision,
        sender=mail.sender,
        recipients=tuple(TraceRecipient(one.recipient.address, _OUTCOMES[one.verdict][0]) for one in settlement.each),
        events=tuple(happened),
    )


def reported(job: Job, posted: Posted, now: float, *, is_admitted: bool) -> TraceEvent:
    """Say that the sender is told, or that he has had too many reports."""
    told = posted.report
    detail = {"action": told.action, "to": told.to, "report": str(told.id)}
    if not is_admitted:
        detail["reason"] = "the address has had as many reports within the hour as the settings allow"
    elif not posted.jobs:
        detail["reason"] = "nobody takes mail for the sender, and what cannot be delivered is dropped"
    elif posted.trashed:
        detail["reason"] = "nobody knows whether the sender is who he says: the report is in the trash"
    is_told = is_admitted and bool(posted.jobs) and not posted.trashed
    return _delivery(job, events.REPORTED if is_told else events.NOT_REPORTED, now, detail)


def untold(job: Job, mailboxes: Sequence[str], now: float) -> TraceEvent:
    """Say what becomes of a message from the null sender that is not taken; `mailboxes`: where it is kept."""
    if not mailboxes:
        reason = "nobody tells the null sender, and what cannot be delivered is dropped"
        return _delivery(job, events.NOT_REPORTED, now, {"reason": reason})
    detail = {"reason": "nobody tells the null sender: the message is kept", "mailbox": ", ".join(mailboxes)}
    return _delivery(job, events.NOT_REPORTED, now, detail)


def taken_back(job: Job, mailbox: str, now: float) -> TraceEvent:
    """Say that an account has again what it sent on, since nobody took it."""
    return _delivery(job, events.TAKEN_BACK, now, {"mailbox": mailbox})


def _event(job: Job, one: Settled, now: float) -> TraceEvent:
    result = one.result
    detail = {"server": "" if result.server is None else str(result.server), "tls": result.tls}
    detail |= {"tls_failure": result.tls_failure, "tls_policy": result.policy}
    detail |= {"stage": result.answer.stage, "reason": result.answer.why}
    if one.recipient.named:
        detail["named"] = one.recipient.named
    if one.is_expired:
        detail["expired"] = "true"
    if result.answer.is_unsure:
        detail["unsure"] = "true"
    detail |= {"signed_by": result.signed_by, "unsigned": result.unsigned, "sealed_by": result.sealed_by}
    if result.is_converted:
        detail["converted"] = "7bit, signatures broken" if result.breaks_signature else "7bit"
    said = {key: value for key, value in detail.items() if value}
    reply = None if result.answer.reply is None else str(result.answer.reply)
    event = _delivery(job, _OUTCOMES[one.verdict][1], now, said)
    return TraceEvent(event.at, event.stage, event.what, event.decided_by, reply, one.recipient.address, event.detail)


def _delivery(job: Job, what: str, now: float, detail: dict[str, str]) -> TraceEvent:
    told = {"job": job.id, "attempt": str(job.attempt), "destination": job.destination}
    return TraceEvent(now, "delivery", what, decided_by=SendRemote.name, detail=told | detail)


def _worst(settlement: Settlement) -> str:
    for kind in ("failed", "later"):
        if any(one.verdict == kind for one in settlement.each):
            return _OUTCOMES[kind][0]
    return events.DELIVERED
