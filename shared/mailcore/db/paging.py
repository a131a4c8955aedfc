"""Lists, page by page. A cursor is text that only the store which gave it understands."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Self, TypeVar

from mailcore.errors import Invalid, Problem

Item = TypeVar("Item")

MOST_NUMBER = 2**63 - 1
"""The highest number of a row."""


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """A part of a list."""

    items: tuple[Item, ...]
    next: str | None
    """The cursor of the next page; None: this is the last one."""

    @classmethod
    def of(cls, found: Sequence[Item], limit: int, cursor_of: Callable[[Item], str]) -> Self:
        """Make a page of `limit` items from what was found with one more, which tells whether there is a next page."""
        items = tuple(found[:limit])
        return cls(items, cursor_of(items[-1]) if len(found) > limit and items else None)


def bad_cursor() -> Invalid:
    """Make the error for a cursor that no page gave."""
    return Invalid(Problem(("query", "cursor"), "This is no cursor; use `next` of the page before"))


def number_cursor(cursor: str) -> int:
    """Read a cursor that is the number of a row. Raises Invalid."""
    if not (
        cursor.isascii()
        and cursor.isdigit()
        and int(cursor[:20]) <= MOST_NUMBER
        and len(cursor) <= len(str(MOST_NUMBER))
    ):
        raise bad_cursor()
    return int(cursor)
