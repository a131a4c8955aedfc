"""Refusing: counted, written down, and given as the reply. Used by `handler` and `reception`."""

from ingress.parts import Parts
from ingress.trace_book import TraceBook
from mailcore.replies import Reply
from maildecide.session.stages import Refusal


def refuse(
    parts: Parts,
    book: TraceBook,
    stage: str,
    what: str,
    refusal: Refusal,
    *,
    recipient: str | None = None,
    **detail: str,
) -> Reply:
    """Count a refusal and write it into `book`; give its reply."""
    parts.metrics.refused.labels(stage, refusal.check).inc()
    book.note(
        parts.now(),
        stage,
        what,
        reply=refusal.reply,
        decided_by=refusal.check,
        recipient=recipient,
        **detail,
    )
    return refusal.reply
