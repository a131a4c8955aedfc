"""What is decided about one command: what is to be done, and what is said of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mailcore.list_deeds import Deed, Result, Token
from maildecide.lists.commands.phrases import Phrase

Values = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Say:
    """Say something."""

    phrase: Phrase
    values: Values = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Do:
    """Do something, and say what became of it."""

    deed: Deed
    said: Mapping[Result, Phrase]
    """A result that is not in it is said as `done` is."""
    values: Values = field(default_factory=dict)

    def saying(self, result: Result) -> Say:
        """Give what is said of a result."""
        return Say(self.said.get(result) or self.said["done"], self.values)


@dataclass(frozen=True, slots=True)
class Judgement:
    """All that is to be done, in order."""

    acts: tuple[Say | Do, ...]
    uses: Token | None = None
    """The token that must be used first; when somebody was quicker, nothing is done."""
    grants: bool = False
    """Whether the commands below may be an owner's."""


def say(phrase: Phrase, **values: str) -> Judgement:
    """Only say something."""
    return Judgement((Say(phrase, values),))


def do(deed: Deed, said: Mapping[Result, Phrase], **values: str) -> Judgement:
    """Do one thing."""
    return Judgement((Do(deed, said, values),))
