"""The address that a command names, in the form in which addresses are kept."""

from mailcore.address import parse_address
from maildecide.lists.commands.vocabulary import Command


def address_in(word: str) -> str | None:
    """Read an address, in angle brackets or not; None where it is none."""
    try:
        return str(parse_address(word.removeprefix("<").removesuffix(">")))
    except ValueError:
        return None


def named_address(command: Command) -> str | None:
    """Give the first that stands behind the command; None where there is none."""
    return address_in(command.arguments[0]) if command.arguments else None
