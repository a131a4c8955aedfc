"""Which steps a message goes through for each recipient, in order."""

from collections.abc import Callable, Iterable, Iterator

from maildecide.message.actions import Action, Done, StoreLocal, Undeliverable
from maildecide.message.context import Context
from maildecide.message.mail import Mail
from maildecide.message.plan import Plan, Planned
from maildecide.message.sharing import share
from maildecide.message.steps import local_delivery

Step = Callable[[Mail, Context], Iterator[Action]]

PIPELINE: tuple[Step, ...] = (local_delivery.apply,)


def run(pipeline: tuple[Step, ...], mail: Mail, context: Context) -> Plan:
    """Run the steps for one recipient and collect what they ask for."""
    recipient = str(context.recipient)
    effects: list[Planned] = []
    for step in pipeline:
        name = step.__module__.rpartition(".")[2]
        for action in step(mail, context):
            match action:
                case Done():
                    return Plan(recipient, tuple(effects), ended_by=name, reason=action.reason)
                case StoreLocal() | Undeliverable():
                    effects.append(Planned(action, mail, name))
                case edit:
                    mail = edit.apply(mail)
    return Plan(recipient, tuple(effects))


def plan_message(pipeline: tuple[Step, ...], mail: Mail, contexts: Iterable[Context]) -> tuple[Plan, ...]:
    """Plan for every recipient, in envelope order: one plan each, what they share is done once."""
    return share(run(pipeline, mail, context) for context in contexts)
