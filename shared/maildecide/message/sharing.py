"""One copy per mailbox: what several recipients of a message have in common is done once.

Recipients that share a mailbox, by an alias or a plus-address, get one copy there; the first in envelope order names
`Delivered-To` and the folder. Several folders of one mailbox are different places for one and the same recipient only.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace

from maildecide.message.actions import (
    Distribute,
    Effect,
    HoldPost,
    ListCommand,
    Reenter,
    Resubmit,
    SendRemote,
    StoreLocal,
    TrashOnServer,
)
from maildecide.message.plan import Plan, Planned

SERVER_TRASH = ".server-trash"
"""The server's trash, below the mail directory. No account's path begins so."""


def shared_mailbox(effect: Effect) -> str | None:
    """Give the mailbox, here or elsewhere, that two effects must have in common to be done once.

    None when each is done for itself.
    """
    match effect:
        case StoreLocal(mailbox, made=made):
            return f"{mailbox}\0{made}" if made else mailbox
        case SendRemote(address, made=made) | Reenter(address, made=made):
            return f"{address}\0{made}" if made else address
        case TrashOnServer():
            return SERVER_TRASH
        case Resubmit(address, made=made):
            return f"resubmit\0{address}\0{made}"
        case Distribute() | HoldPost() | ListCommand():
            # A list gets a message once, by whichever of its addresses.
            return f"list\0{effect.list}"
        case _:
            return None


def share(plans: Iterable[Plan], done: Collection[str] = ()) -> tuple[Plan, ...]:
    """Move to `shared` every effect that an earlier plan, or the same one, holds already.

    What is `done` elsewhere is in neither.
    """
    taken: set[str] = set()
    result = []
    for plan in plans:
        own: list[Planned] = []
        shared: list[Planned] = []
        left = [planned for planned in plan.effects if shared_mailbox(planned.effect) not in done]
        for planned in left:
            is_shared = shared_mailbox(planned.effect) in taken or _is_among(planned.effect, own)
            (shared if is_shared else own).append(planned)
        taken |= {mailbox for planned in own if (mailbox := shared_mailbox(planned.effect)) is not None}
        result.append(replace(plan, effects=tuple(own), shared=tuple(shared)) if len(own) < len(plan.effects) else plan)
    return tuple(result)


def _is_among(effect: Effect, own: list[Planned]) -> bool:
    """Whether the same recipient has a copy for that very folder already."""
    return isinstance(effect, StoreLocal) and any(
        isinstance(other.effect, StoreLocal)
        and (other.effect.mailbox, other.effect.folder, other.effect.made)
        == (effect.mailbox, effect.folder, effect.made)
        for other in own
    )
