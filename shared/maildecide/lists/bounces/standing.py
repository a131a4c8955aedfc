"""What is held against a member whose mail comes back, and what follows.

A day on which mail came back counts once, however much it was. When as many days have come together as the list
bears, a message is sent that finds out whether the address is really gone: only when that comes back too, posts are no
longer sent there. Days are those of UTC, and times seconds since the epoch.
"""

from dataclasses import dataclass, replace
from typing import Literal

DAY = 86_400.0
PROBE_DAYS = 7
"""For how long a probe may come back, at least: servers try for five days before they give up (RFC 5321 4.5.4.1)."""

Act = Literal["nothing", "count", "probe", "suspend"]
"""What is done: nothing; it is written down; the member is probed; posts are no longer sent there."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is held against a member."""

    score: float = 0.0
    """Days on which mail came back; halved by time without."""
    at: float | None = None
    """When mail came back last; None: it never did."""
    probed_at: float | None = None
    """Since when an answer to a probe is waited for; None: there is none on its way."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A message for the member that somebody has given up."""

    at: float
    """When that was heard."""
    is_own: bool
    """Whether it was a message of the list's own, as a probe is, and no post."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a fault leads to."""

    standing: Standing
    act: Act


def judge(standing: Standing, fault: Fault, *, limit: int, decay_days: int) -> Judgement:
    """Give what follows from one more fault.

    `limit`: days after which the member is probed, 0: never, and nobody is suspended any more; `decay_days`: after how
    many days without faults half of them is forgotten.
    """
    held = _remembered(standing, fault.at, decay_days)
    last = fault.at if held.at is None else max(held.at, fault.at)
    if held.probed_at is not None:
        # Copies of posts that were on their way when the probe was sent say nothing new.
        act: Act = "suspend" if limit and fault.is_own and fault.at >= held.probed_at else "count"
        return Judgement(replace(held, at=last), act)
    if held.at is not None and _day(fault.at) <= _day(held.at):
        return Judgement(replace(held, at=last), "nothing")
    counted = Standing(held.score + 1, last)
    if limit and counted.score >= limit:
        return Judgement(replace(counted, probed_at=fault.at), "probe")
    return Judgement(counted, "count")


def probe_days(decay_days: int) -> int:
    """Give for how many days a probe may come back; a member of whom nothing is heard for so long begins anew."""
    return max(decay_days, PROBE_DAYS)


def _remembered(standing: Standing, now: float, decay_days: int) -> Standing:
    """Give what is left of it by `now`."""
    if standing.probed_at is not None:
        return Standing() if now > standing.probed_at + probe_days(decay_days) * DAY else standing
    if standing.at is None:
        return standing
    halvings = max(0, int((now - standing.at) // (decay_days * DAY)))
    return replace(standing, score=standing.score * 0.5**halvings)


def _day(at: float) -> int:
    return int(at // DAY)
