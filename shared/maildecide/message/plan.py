"""What is to become of a message for one recipient: a value that prints and is traced, executed or not."""

from dataclasses import dataclass

from maildecide.message.actions import Effect
from maildecide.message.mail import Mail


@dataclass(frozen=True, slots=True)
class Planned:
    """An effect with the mail as it was edited at that point."""

    effect: Effect
    mail: Mail
    step: str
    """The step that asked for it, by its module's name."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The effects for one recipient, in order."""

    effects: tuple[Planned, ...]
    ended_by: str | None
    """The step that ended the pipeline early; None when all ran."""
    reason: str | None = None
    """Why it ended early."""
