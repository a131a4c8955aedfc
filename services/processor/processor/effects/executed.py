"""An effect that was carried out: what was planned and what became of it."""

from dataclasses import dataclass

from maildecide.message.plan import Planned
from processor.effects.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Executed:
    """One effect of a plan and what became of it."""

    place: int
    """The place of its plan among the plans."""
    planned: Planned
    outcome: Outcome
