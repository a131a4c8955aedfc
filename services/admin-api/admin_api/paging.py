"""Lists, page by page: `?limit=50&cursor=...` gives `{"items": [...], "next": "..." | null}`.

A cursor is the key after which the next page begins, wrapped so that nobody builds one by hand.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Annotated, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel, ConfigDict

from admin_api.problem import FieldError, invalid

Item = TypeVar("Item")

MOST_ITEMS = 500

Limit = Annotated[int, Query(ge=1, le=MOST_ITEMS, description="Most items of one page.")]
DEFAULT_LIMIT = 50

CursorText = Annotated[
    str | None, Query(max_length=2000, description="`next` of the page before; without it, the first page.")
]
Filter = Annotated[str | None, Query(max_length=320, description="Only what contains this text.")]


class Page(BaseModel, Generic[Item]):
    """A part of a list."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    items: tuple[Item, ...]
    """The things of this page."""
    next: str | None
    """The cursor of the next page; null: this is the last one."""


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


def bad_cursor() -> Exception:
    """Make the 422 for a cursor that no page gave."""
    return invalid(FieldError(loc=("query", "cursor"), msg="This is no cursor; use `next` of the page before"))
