"""What is to become of a message for one recipient: a value that prints and is traced, executed or not."""

from dataclasses import dataclass, field, fields

from maildecide.message.actions import Effect, Note
from maildecide.message.mail import Mail


@dataclass(frozen=True, slots=True)
class Planned:
    """An effect with the mail as it was edited at that point."""

    effect: Effect
    mail: Mail
    step: str
    """The step that asked for it, by its module's name."""

    def brief(self) -> dict[str, str]:
        """Give it in short, without the mail: for a trace or a simulation."""
        parameters = ((one.name, getattr(self.effect, one.name)) for one in fields(self.effect))
        return {
            "effect": self.effect.name,
            "step": self.step,
            **{name: _in_short(value) for name, value in parameters if value != ""},
        }


def _in_short(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


@dataclass(frozen=True, slots=True)
class Noted:
    """Something that a step wants to be known."""

    note: Note
    step: str
    """The step, by its module's name."""

    def brief(self) -> dict[str, str]:
        """Give it in short: for a simulation."""
        return {"event": self.note.event, "step": self.step, **dict(self.note.detail)}


@dataclass(frozen=True, slots=True)
class Plan:
    """The effects for one recipient, in order."""

    recipient: str
    effects: tuple[Planned, ...]
    ended_by: str | None = None
    """The step that ended the pipeline early; None when all ran."""
    reason: str | None = None
    """Why it ended early."""
    shared: tuple[Planned, ...] = ()
    """Effects that the plan of an earlier recipient carries out for this one too."""
    place: int = 0
    """The recipient's place in the envelope: one with an alias has a plan for each who is behind it."""
    target: str = ""
    """Who gets the message for the recipient; empty when that is the recipient itself."""
    notes: tuple[Noted, ...] = ()
    """What steps have decided beside effects."""
    mail: Mail | None = field(default=None, compare=False, repr=False)
    """The mail as the steps have left it."""

    def brief(self) -> dict[str, object]:
        """Give it in short, as JSON values: what the trace keeps and a simulation shows."""
        short: dict[str, object] = {
            "recipient": self.recipient,
            "effects": [planned.brief() for planned in self.effects],
        }
        if self.target:
            short["target"] = self.target
        if self.shared:
            short["shared"] = [planned.brief() for planned in self.shared]
        if self.ended_by is not None:
            short["ended_by"] = self.ended_by
            short["reason"] = self.reason
        return short
