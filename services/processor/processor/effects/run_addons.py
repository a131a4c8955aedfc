"""A message for addons: jobs, one for all recipients for whom the same addons get the same octets.

It never waits for them under a broker's delivery: how long an addon takes is the operator's to say (row 21).
"""

from collections.abc import Hashable, Iterator, Sequence

from mailcore import events
from mailcore.mail.incoming import Incoming
from maildecide.message.actions import RunAddons
from maildecide.message.mail import Mail
from maildecide.message.plan import Plan
from maildecide.message.sharing import shared_mailbox
from processor.addons.addon_run import AddonRun, Behind, addon_job
from processor.effects.outcome import Outcome


def carry_out(
    incoming: Incoming, plans: Sequence[Plan], settings_revision: int, now: float
) -> dict[RunAddons, Outcome]:
    """Give what becomes of each such effect in `plans`; the first of those that share a job brings it."""
    outcomes: dict[RunAddons, Outcome] = {}
    groups = _groups(plans)
    done = tuple(dict.fromkeys(_done(plans))) if groups else ()
    for group in groups:
        first, mail = group[0]
        run = AddonRun(
            incoming=incoming,
            settings_revision=settings_revision,
            behind=tuple(Behind(effect.place, effect.target) for effect, _ in group),
            addons=first.addons,
            header=mail.header,
            body_start=mail.body_start,
            folder=mail.folder,
            done=done,
        )
        job = addon_job(run, not_before=now)
        for effect, _ in group:
            told = {"job": job.id, "addons": effect.names}
            jobs = (job,) if effect is first else ()
            outcomes[effect] = Outcome(events.QUEUED, events.LEFT_TO_ADDONS, told, jobs=jobs)
    return outcomes


def _groups(plans: Sequence[Plan]) -> list[list[tuple[RunAddons, Mail]]]:
    """Put together who gets the same; whoever shares a mailbox with an earlier one goes with that one."""
    alike: dict[Hashable, list[tuple[RunAddons, Mail]]] = {}
    of_mailbox: dict[str, Hashable] = {}
    for effect, mail in _waiting(plans):
        key: Hashable = (effect.addons, mail.header, mail.folder)
        if effect.mailbox:
            key = of_mailbox.setdefault(effect.mailbox, key)
        alike.setdefault(key, []).append((effect, mail))
    return list(alike.values())


def _waiting(plans: Sequence[Plan]) -> Iterator[tuple[RunAddons, Mail]]:
    for plan in plans:
        for planned in plan.effects:
            if isinstance(planned.effect, RunAddons):
                yield planned.effect, planned.mail


def _done(plans: Sequence[Plan]) -> Iterator[str]:
    """Give what is done at once for somebody: nobody gets it a second time when the addons have answered."""
    for plan in plans:
        for planned in plan.effects:
            where = shared_mailbox(planned.effect)
            if where is not None:
                yield where
