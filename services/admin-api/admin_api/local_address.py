"""Settings whose value must be a local address: checked against the directory before they are stored.

Here and not in the settings' models, which know no directory; they only mark such a setting (`LocalAddressOnly`).
"""

from collections.abc import Iterator, Mapping
from typing import Any, get_args

from pydantic import BaseModel, JsonValue

from admin_api.stores import Stores
from mailcore.errors import Invalid, Problem
from mailcore.settings.group import LocalAddressOnly


async def with_local_addresses(
    stores: Stores, model: type[BaseModel], changes: Mapping[str, JsonValue]
) -> dict[str, JsonValue]:
    """Give changes to the settings of `model` with addresses in the form in which they are stored.

    Raises Invalid, naming each key, when an address is not local, and DatabaseAway.
    """
    checked = dict(changes)
    problems: list[Problem] = []
    for key, word in _local_only(model):
        value = changes.get(key)
        if not isinstance(value, str) or value == word:
            continue
        try:
            checked[key] = await stores.addresses.form(value)
        except ValueError as error:
            allowed = "a local address" if word is None else f"`{word}` or a local address"
            problems.append(Problem((key,), f"{error}; allowed: {allowed}"))
    if problems:
        raise Invalid(*problems)
    return checked


def _local_only(model: type[BaseModel]) -> Iterator[tuple[str, str | None]]:
    """Give the settings that hold a local address, each with the word that may stand in its place."""
    for name, field in model.model_fields.items():
        if any(isinstance(mark, LocalAddressOnly) for mark in (*field.metadata, *_inner_marks(field.annotation))):
            yield name, field.default if isinstance(field.default, str) else None


def _inner_marks(annotation: Any) -> Iterator[object]:
    """Give the marks of the alternatives of a union, such as those beside null."""
    for alternative in get_args(annotation):
        yield from getattr(alternative, "__metadata__", ())
