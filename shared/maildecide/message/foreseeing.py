"""What is known of a message before it is taken: whether header rules or mailing lists refuse it for everybody.

Then the session refuses it. It also waits, where row 13 says so, for the lists that will send it out.

Asked by ingress at the end of data, and by simulations. Runs the very steps that the processor runs.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from mailcore import events
from mailcore.directory.targets import ListTarget
from maildecide.message.actions import Distribute, Undeliverable
from maildecide.message.context import Context
from maildecide.message.mail import Mail
from maildecide.message.pipeline import UNTIL_LISTS, run
from maildecide.message.plan import Plan
from maildecide.session.facts import Rejection


def foreseen_rejection(mail: Mail, contexts: Iterable[Context]) -> Rejection | None:
    """Give what rejects it for the first recipient; None when somebody gets it, or it goes to somebody else.

    The body of `mail` is not looked at, only its size.
    """
    first: Rejection | None = None
    for context in contexts:
        rejection = _rejection(run(UNTIL_LISTS, mail, context), context)
        if rejection is None:
            return None
        first = first or rejection
    return first


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What will become of a message."""

    rejection: Rejection | None
    """What rejects it for everybody."""
    lists: tuple[str, ...] = ()
    """The lists, by their addresses, that will send it out; where their rules look into its body, that may be wrong."""


def foresee(mail: Mail, contexts: Iterable[Context]) -> Foreseen:
    """Say what will become of it, by its header section and its size."""
    rejections: list[Rejection | None] = []
    lists: dict[str, None] = {}
    for context in contexts:
        plan = run(UNTIL_LISTS, mail, context)
        rejections.append(_rejection(plan, context))
        lists |= {one.effect.list: None for one in plan.effects if isinstance(one.effect, Distribute)}
    return Foreseen(None if None in rejections or not rejections else rejections[0], tuple(lists))


def _rejection(plan: Plan, context: Context) -> Rejection | None:
    if any(not isinstance(planned.effect, Undeliverable) for planned in plan.effects):
        return None
    for noted in plan.notes:
        if noted.note.event == events.RULE_REJECTED:
            detail = dict(noted.note.detail)
            return Rejection(int(detail["rule"]), detail["text"])
        if noted.note.event == events.LIST_REFUSED and not _may_be_a_command(context):
            detail = dict(noted.note.detail)
            return Rejection(0, detail["reason"], detail["list"], detail.get("setting", ""))
    return None


def _may_be_a_command(context: Context) -> bool:
    """Whether only the body tells that it is no command, which whoever is no member may give as well."""
    return isinstance(context.target, ListTarget) and context.target.known.list.takes_both
