"""Whether a message will be rejected by header rules for all of its recipients: then the session refuses it.

Asked by ingress at the end of data, and by simulations. Runs the very steps that the processor runs.
"""

from collections.abc import Iterable

from mailcore import events
from maildecide.message.actions import Undeliverable
from maildecide.message.context import Context
from maildecide.message.mail import Mail
from maildecide.message.pipeline import UNTIL_RULES, run
from maildecide.message.plan import Plan
from maildecide.session.facts import Rejection


def foreseen_rejection(mail: Mail, contexts: Iterable[Context]) -> Rejection | None:
    """Give what rejects it for the first recipient; None when somebody gets it, or it goes to somebody else.

    The body of `mail` is not looked at, only its size.
    """
    first: Rejection | None = None
    for context in contexts:
        rejection = _rejection(run(UNTIL_RULES, mail, context))
        if rejection is None:
            return None
        first = first or rejection
    return first


def _rejection(plan: Plan) -> Rejection | None:
    if any(not isinstance(planned.effect, Undeliverable) for planned in plan.effects):
        return None
    for noted in plan.notes:
        if noted.note.event == events.RULE_REJECTED:
            detail = dict(noted.note.detail)
            return Rejection(int(detail["rule"]), detail["text"])
    return None
