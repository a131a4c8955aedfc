"""The words of a mailing list's own messages, where they are not the usual ones (`maildecide.lists.notices`)."""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Annotated, Literal
from unicodedata import normalize

from pydantic import Field

from mailcore.directory.mailing_list import Line, Paragraph
from mailcore.directory.stored import Entity, Stored
from mailcore.errors import Problem

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
    "held_many",
    "waiting",
    "rejected",
    "probe",
    "suspended",
]
"""`answer`: to commands. `help`: what commands there are. `welcome`, `goodbye`: to who comes or goes.

`confirm_...`: whoever answers wants it; `confirm_address` for `chaddr`. `invitation`. `join_request`, `leave_request`:
to the owner, who decides; `request_refused`: to whom he refused. `joined`, `left`: to the owner. `held`: to moderators,
of a post that waits; `held_many`: of many, together; `waiting`, `rejected`: to its sender. `probe`: to a member whose
mail comes back; `suspended`: to the owner, when that comes back too.
"""

EVERYWHERE = frozenset({"list", "name", "address", "description", "owner", "request"})
"""Placeholders of all: what the list is called, its name, posting address, description, `-owner` and `-request`."""

_CONFIRMING = frozenset({"member", "token", "link", "days"})
_DECIDING = frozenset({"member", "token", "approve", "reject", "days"})
_POST = frozenset({"poster", "subject", "reason"})
PLACEHOLDERS: Mapping[TemplateName, frozenset[str]] = {
    "answer": frozenset({"text"}),
    "help": frozenset(),
    "welcome": frozenset({"member"}),
    "goodbye": frozenset({"member"}),
    "confirm_subscribe": _CONFIRMING,
    "confirm_unsubscribe": _CONFIRMING,
    "confirm_address": _CONFIRMING | {"new"},
    "invitation": _CONFIRMING | {"text"},
    "join_request": _DECIDING | {"text"},
    "leave_request": _DECIDING,
    "request_refused": frozenset({"member", "reason"}),
    "joined": frozenset({"member"}),
    "left": frozenset({"member"}),
    "held": _POST | {"size", "text", "token", "approve", "reject", "discard", "days"},
    "held_many": frozenset({"count", "text"}),
    "waiting": _POST,
    "rejected": _POST,
    "probe": frozenset({"member", "reason"}),
    "suspended": frozenset({"member", "reason"}),
}
"""What each may name beside those.

`{member}`: whom it is about; `{new}`: the new address. `{token}`: what answers it once, for `{days}` days; `{link}`,
`{approve}`, `{reject}`, `{discard}`: links that begin a mail which does. `{poster}`, `{subject}`, `{size}` in octets:
of a post; `{count}`: how many there are. `{reason}`; `{text}`: what else there is to say, which may have several lines.
"""

_ANSWERING = frozenset({"token", "link", "approve"})
"""One of these has to stand where somebody is to answer."""
_TELLING: Mapping[TemplateName, str] = {"answer": "what was done", "held_many": "the posts that wait"}
"""What {text} is where it has to stand."""
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_LIKE_ONE = re.compile(r"[{\uff5b]\s*([^{}\uff5b\uff5d\s]{1,40})\s*[}\uff5d]")
"""What was meant for one: with blanks in it, in capitals, or as Japanese keyboards write letters and braces."""


def allowed_in(name: TemplateName) -> frozenset[str]:
    """Give the placeholders that a message may name."""
    return EVERYWHERE | PLACEHOLDERS[name]


def named_in(text: str) -> frozenset[str]:
    """Give the placeholders that a text names."""
    return frozenset(_PLACEHOLDER.findall(text))


class ListWords(Entity):
    """What a message of a list's own says."""

    subject: Annotated[Line, Field(min_length=1)]
    """Its subject, with placeholders."""
    body: Annotated[Paragraph, Field(min_length=1)]
    """Its text, with placeholders such as `{list}`. A line of nothing but placeholders that are empty is left out."""


class ListTemplateFields(ListWords):
    """What an operator writes of a message."""

    name: TemplateName
    """Which message."""


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
    """Whether the list has words of its own for it; false: these are the usual ones in its language."""
    placeholders: tuple[str, ...]
    """What subject and text may name."""


def problems_of(name: TemplateName, words: ListWords) -> Iterator[Problem]:
    """Give what is wrong with the words for a message: placeholders that stand for nothing, or that it cannot lack."""
    allowed = allowed_in(name)
    for place, text in (("subject", words.subject), ("body", words.body)):
        for unknown in sorted(named_in(text) - allowed):
            known = ", ".join(f"{{{one}}}" for one in sorted(allowed))
            yield Problem((place,), f"{{{unknown}}} stands for nothing in {name}; allowed: {known}")
        for written, meant in _misspelt(text, allowed):
            yield Problem((place,), f"{written} would stay as it is: {{{meant}}} is meant")
    needed = _ANSWERING & allowed
    if needed and not needed & named_in(words.subject + words.body):
        one_of = " or ".join(f"{{{one}}}" for one in sorted(needed))
        yield Problem(("body",), f"{one_of} must stand in the subject or in the text: nobody could answer otherwise")
    if name in _TELLING and "text" not in named_in(words.body):
        yield Problem(("body",), f"{{text}} must stand in the text: it is {_TELLING[name]}")


def _misspelt(text: str, allowed: Collection[str]) -> Iterator[tuple[str, str]]:
    """Give what is no placeholder only for how it is written, and the one that it is not."""
    for found in _LIKE_ONE.finditer(text):
        meant = normalize("NFKC", found[1]).lower()
        if meant in allowed and found[0] != f"{{{meant}}}":
            yield found[0], meant
