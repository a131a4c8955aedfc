"""What was set of the settings, as plain values: stored are overrides of the defaults, and nothing else. Pure.

Overrides are `{group: {key: JSON value}}`. Called by `settings_store.py`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import BaseModel, JsonValue, ValidationError

from mailcore.errors import Invalid, NotFound, Problem
from mailcore.patch import merge
from mailcore.settings import RuntimeSettings
from mailcore.settings.secret import MASK, REVEALED, masked, secret_keys

Overrides = dict[str, dict[str, JsonValue]]


@dataclass(frozen=True, slots=True)
class Ignored:
    """A stored value that the settings of this version do not allow."""

    key: str
    reason: str


def resolve(stored: Overrides) -> tuple[RuntimeSettings, Overrides, tuple[Ignored, ...]]:
    """Give the settings that `stored` makes, the overrides that hold, and those that no longer validate.

    In place of an override that is not valid the default holds: an upgrade must never stop a service from starting.
    """
    kept: Overrides = {group: dict(values) for group, values in stored.items()}
    ignored: list[Ignored] = []
    while True:
        try:
            return _validate(kept), kept, tuple(ignored)
        except ValidationError as error:
            for problem in error.errors(include_input=False, include_url=False):
                ignored.extend(Ignored(key, problem["msg"]) for key in _remove(kept, problem["loc"]))


def changed(stored: Overrides, group: str, patch: Mapping[str, JsonValue]) -> Overrides:
    """Give the overrides after a merge patch on one group: null puts a key back to its default.

    Setting a key to the value that holds already is no change. Raises NotFound for an unknown group and Invalid,
    naming each wrong key, when the whole would not be valid; then nothing of the patch applies.
    """
    # A mask that a client read and sent back is no new password.
    secrets = secret_keys(group_model(group))
    patch = {key: value for key, value in patch.items() if not (key in secrets and value == MASK)}
    settings, kept, _ = resolve(stored)
    current = values_of(settings)[group]
    if unknown := [key for key in patch if key not in current]:
        raise Invalid(*(Problem((key,), f"There is no setting of that name in {group}") for key in unknown))
    before = kept.get(group, {})
    merged = {key: merge(current[key], value) for key, value in patch.items() if value is not None}
    untouched = {key: value for key, value in before.items() if key not in patch}
    # Stored is what validation makes of a value, such as an address in its normal form.
    validated = _validated_group(kept, group, untouched | merged)
    overrides = {key: value for key, value in validated.items() if key in before or value != current[key]}
    return {name: values for name, values in {**kept, group: overrides}.items() if values}


def _validated_group(kept: Overrides, group: str, overrides: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """Give the overrides of one group as validation of the whole makes them. Raises Invalid."""
    try:
        values = values_of(_validate({**kept, group: overrides}))[group]
    except ValidationError as error:
        problems = error.errors(include_input=False, include_url=False)
        raise Invalid(*(Problem(found["loc"][1:] or (group,), found["msg"]) for found in problems)) from None
    return {key: values[key] for key in overrides}


def values_of(settings: RuntimeSettings) -> dict[str, dict[str, JsonValue]]:
    """Give all settings as JSON values, secrets too: for storing them, never for showing them."""
    values: dict[str, dict[str, JsonValue]] = settings.model_dump(mode="json", context=REVEALED)
    return values


def shown(values: Overrides) -> Overrides:
    """Give values as they may be shown: without the secrets."""
    return {
        group: masked(group_model(group), inner) if group in RuntimeSettings.model_fields else dict(inner)
        for group, inner in values.items()
    }


def _validate(overrides: Overrides) -> RuntimeSettings:
    # As JSON, since the settings are strict and JSON has no tuples.
    return RuntimeSettings.model_validate_json(json.dumps(overrides))


def _remove(overrides: Overrides, loc: tuple[int | str, ...]) -> list[str]:
    """Remove what a problem at `loc` is about, as little as possible; give the names of what was removed."""
    match loc:
        case (str(group), str(key), *_) if key in overrides.get(group, {}):
            del overrides[group][key]
            return [f"{group}.{key}"]
        case (str(group), *_) if group in overrides:
            return [f"{group}.{key}" for key in overrides.pop(group)] or [group]
        case _:
            # A rule over several groups: which of them is to blame cannot be told.
            removed = [f"{group}.{key}" for group, values in overrides.items() for key in values]
            overrides.clear()
            return removed


def group_model(group: str) -> type[BaseModel]:
    """Give the model of a group. Raises NotFound for an unknown one."""
    field = RuntimeSettings.model_fields.get(group)
    if field is None or not isinstance(field.annotation, type):
        raise NotFound(f"there is no group of settings called {group!r}")
    return field.annotation
