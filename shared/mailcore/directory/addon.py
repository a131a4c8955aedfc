"""An addon: a program or a web hook that gets messages before they are delivered, and may answer."""

from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from mailcore.address import domain_to_ascii, read_local_address
from mailcore.directory.header_rule import EVERYBODY
from mailcore.directory.rule_text import RuleName
from mailcore.directory.stored import Entity, Placed

SERVER = "server"
UNKNOWN_USERS = "unknown:"
MOST_ADDONS = 1_000_000
_MOST_OCTETS = 8192


def _scope(text: str) -> str:
    if text in {SERVER, EVERYBODY}:
        return SERVER
    if "@" in text:
        return str(read_local_address(text))
    return UNKNOWN_USERS * text.startswith(UNKNOWN_USERS) + domain_to_ascii(text.removeprefix(UNKNOWN_USERS))


def _word(text: str) -> str:
    if "\0" in text:
        raise ValueError("a word of a command has no NUL")
    return text


def _command(words: tuple[str, ...]) -> tuple[str, ...]:
    if not words[0]:
        raise ValueError("the first word is the program")
    if sum(len(word.encode()) for word in words) > _MOST_OCTETS:
        raise ValueError(f"a command has at most {_MOST_OCTETS} octets")
    return words


Scope = Annotated[str, Field(min_length=1, max_length=330), AfterValidator(_scope)]
"""Whose messages: `server`, a managed domain, `unknown:` and a managed domain, or an account."""
Word = Annotated[str, Field(max_length=4096), AfterValidator(_word)]
Command = Annotated[tuple[Word, ...], Field(min_length=1, max_length=100), AfterValidator(_command)]
"""The program and its arguments. No shell sees them."""


class AddonFields(Entity):
    """What an operator writes of an addon. It has a command or a url, and not both."""

    name: RuleName
    """What it is called; no two have one name."""
    command: Command | None = None
    """The program, below the directory ADDONS_DIR of the deployment, and its arguments: `["scan.py", "--fast"]`."""
    url: Annotated[str, Field(min_length=1, max_length=2000)] | None = None
    """The address of a web hook, `http` or `https`, at one of the hosts ADDON_HOSTS of the deployment."""
    scope: Scope = SERVER
    """Whose messages: `server`, all; a managed domain, for addresses that exist there; `unknown:example.com`, for those
    of it that do not exist and are caught all the same; or an account, by its address."""
    enabled: bool = True
    """Whether it gets messages."""
    position: Annotated[int, Field(ge=1, le=MOST_ADDONS)] | None = None
    """The place in the list, from 1. Those from there on move down by one. null, or beyond the end: the last place."""

    @model_validator(mode="after")
    def _is_one_of_both(self) -> Self:
        if (self.command is None) == (self.url is None):
            raise ValueError("an addon has a command or a url, one of both")
        return self


class Addon(Placed):
    """An addon as stored."""

    name: str
    """What it is called."""
    command: tuple[str, ...] | None
    """The program and its arguments; null where it is a hook."""
    url: str | None
    """The address of the hook; null where it is a program."""
    scope: str
    """Whose messages: `server`, a domain, `unknown:` and a domain, or an account."""
    enabled: bool
    """Whether it gets messages."""
