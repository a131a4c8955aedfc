"""A forward: where an account sends its mail on to. The first that applies to a message is the only one that does."""

from typing import Annotated, Literal

from pydantic import Field

from mailcore.directory.alias import TargetAddress
from mailcore.directory.stored import Entity, Placed
from mailcore.settings.group import Pattern

MOST_FORWARDS = 100
"""Most forwards of one account: all of them are at hand whenever it gets mail."""
MOST_TARGETS = 100
MOST_SENDERS = 1000

ForwardContent = Literal["full", "subject"]


class ForwardFields(Entity):
    """What an operator writes of a forward."""

    to: Annotated[tuple[TargetAddress, ...], Field(min_length=1, max_length=MOST_TARGETS)]
    """Where mail goes: local addresses, or addresses elsewhere; never the account itself."""
    keep_copy: bool = True
    """Whether the account keeps the message as well."""
    only_from: Annotated[tuple[Pattern, ...], Field(max_length=MOST_SENDERS)] = ()
    """Whose mail: each entry is a text that the envelope sender contains, upper or lower case alike.

    `ken@example.org` is one sender, `@example.org` all of a domain. Empty: everybody, the null sender too.
    """
    content: ForwardContent = "full"
    """`full`: the message as it is. `subject`: a new message from the account that names the sender and the subject."""
    enabled: bool = True
    """Whether it is looked at."""
    position: Annotated[int, Field(ge=1, le=MOST_FORWARDS)] | None = None
    """The place in the list, from 1. Those from there on move down by one. null, or beyond the end: the last place."""


class Forward(Placed):
    """A forward as stored."""

    to: tuple[str, ...]
    """Where mail goes."""
    keep_copy: bool
    """Whether the account keeps the message as well."""
    only_from: tuple[str, ...]
    """Whose mail: texts that the envelope sender contains. Empty: everybody."""
    content: ForwardContent
    """Whether the message is sent on as it is, or its subject only."""
    enabled: bool
    """Whether it is looked at."""
