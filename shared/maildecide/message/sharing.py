"""One copy per mailbox: what several recipients of a message have in common is done once.

Two recipients whose mail ends in the same folder of the same mailbox get one copy there; the first in envelope order
names `Delivered-To`.
"""

from collections.abc import Iterable
from dataclasses import replace

from maildecide.message.actions import Effect, StoreLocal
from maildecide.message.plan import Plan, Planned


def sharing_key(effect: Effect) -> tuple[str, str] | None:
    """Give what two effects must have in common to be done once, or None when each is done for itself."""
    return (effect.mailbox, effect.folder) if isinstance(effect, StoreLocal) else None


def share(plans: Iterable[Plan]) -> tuple[Plan, ...]:
    """Move to `shared` every effect that an earlier plan, or the same one, holds already."""
    taken: set[tuple[str, str]] = set()
    result = []
    for plan in plans:
        own: list[Planned] = []
        shared: list[Planned] = []
        for planned in plan.effects:
            key = sharing_key(planned.effect)
            (shared if key in taken else own).append(planned)
            if key is not None:
                taken.add(key)
        result.append(replace(plan, effects=tuple(own), shared=tuple(shared)) if shared else plan)
    return tuple(result)
