"""Partial changes over REST: the schema of a patch, and how JSON merge patches apply (RFC 7396).

`null` is stored where a field may be null, and puts any other back to its default. Used by the REST API for every
resource, and by the stores.
"""

from collections.abc import Mapping
from copy import copy
from functools import cache
from types import NoneType
from typing import Annotated, Any, Optional, get_args

from pydantic import BaseModel, JsonValue, create_model
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined


@cache
def patch_of(model: type[BaseModel]) -> type[BaseModel]:
    """Give a model with the fields of `model`, each optional and nullable, with its bounds, aliases and description.

    Unknown names are refused as `model` refuses them. What a client sent is in `model_fields_set`. Groups within
    groups become patches themselves.
    """
    fields: dict[str, Any] = {name: _optional(field) for name, field in model.model_fields.items()}
    config = model.model_config | {"title": f"{model.__name__}Patch"}
    return create_model(f"{model.__name__}Patch", __config__=config, __doc__=f"Changes to: {model.__doc__}", **fields)


def _optional(field: FieldInfo) -> tuple[Any, FieldInfo]:
    changed = copy(field)
    inner: Any = field.annotation
    if isinstance(inner, type) and issubclass(inner, BaseModel):
        inner = patch_of(inner)
    # Bounds and validators are the value's: they must never meet the null that resets it.
    for one in field.metadata:
        inner = Annotated[inner, one]
    changed.metadata = []
    changed.annotation = Optional[inner]  # noqa: UP045 - built at run time
    changed.default = None
    changed.default_factory = None
    return changed.annotation, changed


def meant_by_null(model: type[BaseModel], name: str) -> Any:
    """Give what a field is after a patch with null: null itself where it may be that, else its default.

    So whoever sends back what he read changes nothing. Raises KeyError for a required field, which has no default.
    """
    field = model.model_fields[name]
    if NoneType in get_args(field.annotation):
        return None
    value = field.get_default(call_default_factory=True, validated_data={})
    if value is PydanticUndefined:
        raise KeyError(name)
    return value


def merge(target: JsonValue, patch: JsonValue) -> JsonValue:
    """Apply a JSON merge patch: objects merge member by member, null removes, all else replaces (RFC 7396 2)."""
    if not isinstance(patch, Mapping):
        return patch
    merged: dict[str, JsonValue] = dict(target) if isinstance(target, Mapping) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = merge(merged.get(name), value)
    return merged
