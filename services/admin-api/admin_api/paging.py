"""Lists, page by page: `?limit=50&cursor=...` gives `{"items": [...], "next": "..." | null}`.

A cursor is the key after which the next page begins, wrapped so that nobody builds one by hand.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Annotated, Generic, TypeVar

from fastapi import Query
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from admin_api.problem import FieldError, Problem, invalid
from mailcore.db import paging

Item = TypeVar("Item")

MOST_ITEMS = 500

Limit = Annotated[int, Query(ge=1, le=MOST_ITEMS, description="Most items of one page.")]
DEFAULT_LIMIT = 50

CursorText = Annotated[
    str | None,
    Query(min_length=1, max_length=2000, description="`next` of the page before; without it, the first page."),
]


def without_nul(text: str) -> str:
    """Give `text` back. Raises ValueError when it holds what PostgreSQL cannot."""
    if "\0" in text:
        raise ValueError("the character U+0000 is not allowed")
    return text


Text = Annotated[str, AfterValidator(without_nul)]
"""Text to search by."""

Filter = Annotated[Text | None, Query(max_length=320, description="Only what contains this text, upper or lower case.")]


class Page(BaseModel, Generic[Item]):
    """A part of a list."""

    model_config = ConfigDict(frozen=True)

    # Described so, since pydantic looks for docstrings where a generic model is given its parameter.
    items: tuple[Item, ...] = Field(description="The things of this page.")
    next: str | None = Field(description="The cursor of the next page; null: this is the last one.")


def page_of(found: paging.Page[Item]) -> Page[Item]:
    """Give a page of a store as the API shows it."""
    return Page(items=found.items, next=write_cursor(found.next))


def write_cursor(key: str | None) -> str | None:
    """Wrap the key after which the next page begins."""
    return None if key is None else urlsafe_b64encode(key.encode()).decode("ascii").rstrip("=")


def read_cursor(text: str | None) -> str | None:
    """Unwrap a cursor. Raises Problem 422 for what is none."""
    if text is None:
        return None
    try:
        key = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4)).decode()
    except ValueError:
        raise bad_cursor() from None
    if write_cursor(key) != text or "\0" in key:
        raise bad_cursor()
    return key


def bad_cursor() -> Problem:
    """Make the 422 for a cursor that no page gave."""
    return invalid(FieldError(loc=("query", "cursor"), msg="This is no cursor; use `next` of the page before"))
