"""The words of a mailing list's own messages, where they are not the usual ones (`maildecide.lists.texts`)."""

import re
from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from mailcore.directory.mailing_list import Line, Paragraph
from mailcore.directory.stored import Entity, Stored

TemplateName = Literal[
    "answer",
    "help",
    "welcome",
    "goodbye",
    "confirm_subscribe",
    "confirm_unsubscribe",
    "confirm_address",
    "invitation",
    "join_request",
    "leave_request",
    "request_refused",
    "joined",
    "left",
    "held",
    "rejected",
]
"""`answer`: to commands. `help`: what commands there are. `welcome`, `goodbye`: to who comes or goes.

`confirm_...`: whoever answers wants it; `confirm_address` for `chaddr`. `invitation`. `join_request`, `leave_request`:
to the owner, who decides; `request_refused`: to whom he refused. `joined`, `left`: to the owner. `held`: to moderators,
of a post that waits; `rejected`: to its poster.
"""

EVERYWHERE = frozenset({"list", "name", "address", "description", "owner", "request"})
"""Placeholders of all: what the list is called, its name, posting address, description, `-owner` and `-request`."""

_ASKING = frozenset({"member", "token", "link", "days"})
_ABOUT_POST = frozenset({"poster", "subject", "reason"})
PLACEHOLDERS: Mapping[TemplateName, frozenset[str]] = {
    "answer": frozenset({"text"}),
    "help": frozenset(),
    "welcome": frozenset({"member"}),
    "goodbye": frozenset({"member"}),
    "confirm_subscribe": _ASKING,
    "confirm_unsubscribe": _ASKING,
    "confirm_address": _ASKING | {"new"},
    "invitation": _ASKING | {"text"},
    "join_request": _ASKING | {"text"},
    "leave_request": _ASKING,
    "request_refused": frozenset({"member", "reason"}),
    "joined": frozenset({"member"}),
    "left": frozenset({"member"}),
    "held": _ASKING | _ABOUT_POST | {"size", "text"},
    "rejected": _ABOUT_POST,
}
"""What each may name beside those: `{member}` whom it is about, `{new}` the new address, `{token}` and `{link}` what
answers it once, `{days}` for how long, `{reason}`, `{poster}`, `{subject}`, `{size}` of a post, `{text}` what else."""

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


def named_in(text: str) -> frozenset[str]:
    """Give the placeholders that a text names."""
    return frozenset(_PLACEHOLDER.findall(text))


class ListTemplateFields(Entity):
    """What an operator writes of a message."""

    name: TemplateName
    """Which message."""
    subject: Annotated[Line, Field(min_length=1)]
    """Its subject, with placeholders."""
    body: Annotated[Paragraph, Field(min_length=1)]
    """Its text, with placeholders such as `{list}`. A line of nothing but placeholders that are empty is left out."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        allowed = EVERYWHERE | PLACEHOLDERS[self.name]
        unknown = sorted(named_in(self.subject + self.body) - allowed)
        if unknown:
            known = ", ".join(f"{{{one}}}" for one in sorted(allowed))
            raise ValueError(f"{{{unknown[0]}}} stands for nothing in {self.name}; allowed: {known}")
        if "token" in allowed and "token" not in named_in(self.subject + self.body):
            raise ValueError("{token} must stand in the subject or in the text: nobody could answer otherwise")
        if self.name == "answer" and "text" not in named_in(self.body):
            raise ValueError("{text} must stand in the text: it is what was done")
        return self


class ListTemplate(Stored, ListTemplateFields):
    """A message as stored."""


class ListText(Entity):
    """A message of a list's own as it is in force."""

    name: TemplateName
    """Which message."""
    subject: str
    """Its subject, with placeholders."""
    body: str
    """Its text, with placeholders."""
    is_changed: bool
    """Whether the list has a template for it; false: these are the usual words in its language."""
