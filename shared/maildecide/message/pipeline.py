"""Which steps a message goes through for each recipient, in order."""

from collections.abc import Callable, Collection, Iterable, Iterator
from functools import partial

from mailcore.directory.targets import name_of
from maildecide.message.actions import (
    Action,
    Apart,
    Confirm,
    Distribute,
    Done,
    HoldPost,
    ListCommand,
    ListReturn,
    Note,
    Reenter,
    Reply,
    Resubmit,
    RunAddons,
    SendRemote,
    StoreLocal,
    TakeBack,
    TrashOnServer,
    Undeliverable,
)
from maildecide.message.context import Context
from maildecide.message.mail import Mail
from maildecide.message.plan import Noted, Plan, Planned
from maildecide.message.sharing import share
from maildecide.message.steps import (
    addon_verdict,
    addons,
    autoreply,
    blind_copies,
    cancel_list,
    date_field,
    disabled_account,
    expansion,
    foreign_results,
    forwarding,
    from_field,
    header_rules,
    incomplete,
    local_delivery,
    mailing_list,
    marks,
    message_id_field,
    receive_size,
    remote_delivery,
    sender_field,
    server_trash,
    user_trash,
)

Step = Callable[[Mail, Context], Iterator[Action]]

PIPELINE: tuple[Step, ...] = (
    server_trash.apply,  # first: nothing else happens to such a message
    foreign_results.apply,
    marks.apply,
    blind_copies.apply,
    sender_field.apply,
    message_id_field.apply,
    date_field.apply,
    from_field.apply,
    incomplete.apply,
    expansion.apply,  # what follows asks for what holds for each of several
    disabled_account.apply,  # what follows is about accounts that take mail
    cancel_list.apply,
    receive_size.apply,
    user_trash.apply,
    header_rules.apply,
    addons.apply,  # ends here where there are any; what follows is planned when they have answered
    addon_verdict.apply,
    mailing_list.apply,  # ends here for lists: what follows is about mailboxes
    autoreply.apply,
    forwarding.apply,
    remote_delivery.apply,
    local_delivery.apply,
)


COPIES: tuple[Step, ...] = (
    disabled_account.apply,
    cancel_list.apply,
    receive_size.apply,
    mailing_list.apply,
    forwarding.apply,
    remote_delivery.apply,
    local_delivery.apply,
)
"""What holds for copies of a list's posts and for its own messages: rules were applied to what came, and nobody's
absence is told to a list."""

AFTER_ADDONS = PIPELINE[PIPELINE.index(addons.apply) + 1 :]
"""What is left to do for a message when the addons that it was left to have answered."""

UNTIL_LISTS = PIPELINE[: PIPELINE.index(mailing_list.apply) + 1]
"""What can be foreseen in the session: a message that rules or lists refuse for all of its recipients is refused there.
"""


def run(pipeline: tuple[Step, ...], mail: Mail, context: Context) -> Plan:
    """Run the steps for one recipient and collect what they ask for."""
    recipient = str(context.recipient)
    whole = partial(Plan, recipient, place=context.place, target=_target(context, recipient))
    effects: list[Planned] = []
    notes: list[Noted] = []
    for step in pipeline:
        name = step.__module__.rpartition(".")[2]
        for action in step(mail, context):
            match action:
                case Done():
                    return whole(tuple(effects), ended_by=name, reason=action.reason, notes=tuple(notes), mail=mail)
                case Note():
                    notes.append(Noted(action, name))
                case Apart(effect, other):
                    effects.append(Planned(effect, other, name))
                case StoreLocal() | SendRemote() | Reenter() | TakeBack() | Reply():
                    effects.append(Planned(action, mail, name))
                case TrashOnServer() | Undeliverable() | Confirm() | Resubmit() | RunAddons():
                    effects.append(Planned(action, mail, name))
                case Distribute() | HoldPost() | ListCommand() | ListReturn():
                    effects.append(Planned(action, mail, name))
                case edit:
                    mail = edit.apply(mail)
    return whole(tuple(effects), notes=tuple(notes), mail=mail)


def _target(context: Context, recipient: str) -> str:
    name = "" if context.target is None else name_of(context.target)
    return "" if name == recipient else name


def plan_message(
    pipeline: tuple[Step, ...], mail: Mail, contexts: Iterable[Context], done: Collection[str] = ()
) -> tuple[Plan, ...]:
    """Plan for everybody behind every recipient, in envelope order: what they share is done once.

    `done`: what another part of the same message has seen to (`maildecide.message.sharing.shared_mailbox`).
    """
    return share((run(pipeline, mail, context) for context in contexts), done)
