"""Leave the message to the addons that are for it; what follows is planned when they have answered.

After header rules, whose edits they see. A message without addons passes.
"""

from collections.abc import Iterator

from mailcore.directory.addon import SERVER, UNKNOWN_USERS
from mailcore.directory.targets import AccountTarget, name_of
from maildecide.message.actions import Action, Done, RunAddons
from maildecide.message.context import Context
from maildecide.message.mail import Mail


def apply(mail: Mail, context: Context) -> Iterator[Action]:  # noqa: ARG001 - every step has this shape
    """End here for now, where there are any: running them may take longer than a message may stay in hand."""
    if not context.addons:
        return
    addons = context.addons.applying(_scopes(context))
    if addons:
        yield RunAddons(
            context.place,
            "" if context.target is None else name_of(context.target),
            tuple(addon.id for addon in addons),
            ", ".join(addon.name for addon in addons),
            "" if context.account is None else context.account.mailbox,
        )
        yield Done("left to addons")


def _scopes(context: Context) -> Iterator[str]:
    """Give the scopes that a message is in for one of who is behind its recipient.

    A recipient that is only caught is an unknown user of its domain; every other one that is local is a known one.
    """
    yield SERVER
    if context.via == "catch_all":
        yield UNKNOWN_USERS + context.recipient.domain
    elif context.via:
        yield context.recipient.domain
    if isinstance(context.target, AccountTarget):
        yield context.target.account.address
