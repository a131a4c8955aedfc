"""What the trace and the metrics say of a message that was processed."""

from collections.abc import Iterator, Sequence

import msgspec

from mailcore import events
from mailcore.mail.incoming import Incoming
from mailcore.metrics import Metrics
from mailcore.trace import Trace, TraceEvent, TraceRecipient
from maildecide.message.plan import Plan
from maildecide.message.sharing import shared_mailbox
from processor.effects.executed import Executed
from processor.effects.outcome import Outcome

SERVICE = "processor"

_WORST_FIRST = (events.DEAD, events.FAILED, events.DEFERRED, events.QUEUED, events.DELIVERED, events.DISCARDED)


def count(metrics: Metrics, executed: Sequence[Executed]) -> None:
    """Count what was carried out."""
    for one in executed:
        count_outcome(metrics, one.planned.effect.name, one.outcome)


def count_outcome(metrics: Metrics, effect: str, outcome: Outcome) -> None:
    """Count one effect that was carried out."""
    match outcome.event:
        case events.STORED:
            metrics.delivered.labels(effect).inc()
        case events.STORED_ALREADY:
            metrics.repeated.labels(effect).inc()
        case events.STORED_AGAIN:
            metrics.delivered.labels(effect).inc()
            metrics.repeated.labels(effect).inc()
        case events.POSTPONED:
            metrics.deferred.labels(effect).inc()
        case events.DEAD_LETTER:
            metrics.dead.inc()


def trace_of(
    incoming: Incoming, plans: Sequence[Plan], executed: Sequence[Executed], settings_revision: int, now: float
) -> Trace:
    """Give the story of a message: what was planned for each recipient and what became of it."""
    results = _results(plans, executed)
    happened = [
        TraceEvent(now, "plan", events.PLANNED, recipient=plan.recipient, detail=_brief(plan)) for plan in plans
    ]
    happened += [
        TraceEvent(
            now,
            "plan",
            noted.note.event,
            decided_by=noted.step,
            recipient=plan.recipient,
            detail=dict(noted.note.detail),
        )
        for plan in plans
        for noted in plan.notes
    ]
    happened += [
        TraceEvent(
            now,
            "execute",
            one.outcome.event,
            decided_by=one.planned.effect.name,
            recipient=plans[one.place].recipient,
            detail=dict(one.outcome.detail),
        )
        for one in executed
    ]
    return Trace(
        message_id=incoming.id,
        service=SERVICE,
        at=now,
        outcome=_worst(results),
        settings_revision=settings_revision,
        client_ip=incoming.client.ip,
        sender=incoming.envelope.sender,
        recipients=tuple(_recipients(plans, results)),
        events=tuple(happened),
    )


def trace_of_setback(mail: Incoming, outcome: str, event: str, reason: str, now: float) -> Trace:
    """Give the story of a message that could not be processed."""
    return Trace(
        message_id=mail.id,
        service=SERVICE,
        at=now,
        outcome=outcome,
        settings_revision=mail.settings_revision,
        client_ip=mail.client.ip,
        sender=mail.envelope.sender,
        recipients=tuple(TraceRecipient(recipient.address, outcome) for recipient in mail.envelope.recipients),
        events=(TraceEvent(now, "execute", event, detail={"reason": reason}),),
    )


def _recipients(plans: Sequence[Plan], results: Sequence[str]) -> Iterator[TraceRecipient]:
    """Give each recipient once, with the worst result of its plans."""
    own: dict[int, list[str]] = {}
    for plan, result in zip(plans, results, strict=True):
        own.setdefault(plan.place, []).append(result)
    names = {plan.place: plan.recipient for plan in plans}
    return (TraceRecipient(names[place], _worst(of_recipient)) for place, of_recipient in own.items())


def _results(plans: Sequence[Plan], executed: Sequence[Executed]) -> list[str]:
    """Give for each plan the worst result of its own effects and of those it shares."""
    own: dict[int, list[str]] = {}
    shared: dict[str, str] = {}
    for one in executed:
        own.setdefault(one.place, []).append(one.outcome.result)
        if mailbox := shared_mailbox(one.planned.effect):
            shared[mailbox] = one.outcome.result
    return [
        _worst(
            [
                *own.get(place, ()),
                *(shared[mailbox] for planned in plan.shared if (mailbox := shared_mailbox(planned.effect))),
            ]
        )
        for place, plan in enumerate(plans)
    ]


def _worst(results: Sequence[str]) -> str:
    """Give the result that an operator must know of; without any, nothing was to be done."""
    return min(results, key=_WORST_FIRST.index, default=events.DISCARDED)


def _brief(plan: Plan) -> dict[str, str]:
    return {"plan": msgspec.json.encode(plan.brief()).decode()}
