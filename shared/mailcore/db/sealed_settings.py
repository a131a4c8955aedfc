"""Settings as they are stored: with the secrets among them sealed, as `{"sealed": "..."}` in place of the value.

A secret that stands there as it is, from a version that did not seal, is read all the same. Pure but for the nonce.
Called by `settings_store.py`, `live_settings.py` and `resealing.py`.
"""

from collections.abc import Iterable, Iterator

from pydantic import JsonValue

from mailcore.db.overrides import Ignored, Overrides, group_model
from mailcore.errors import SealBroken
from mailcore.seal import Seal
from mailcore.settings import RuntimeSettings
from mailcore.settings.secret import secret_keys

_MARK = "sealed"
UNKNOWN = ""
"""What stands for a secret that cannot be opened: no server takes it, so that mail waits instead of going without."""


def opened(stored: Overrides, seal: Seal) -> tuple[Overrides, tuple[Ignored, ...]]:
    """Give overrides with their secrets in the clear, and which of them could not be opened: these are UNKNOWN."""
    overrides: Overrides = {group: dict(values) for group, values in stored.items()}
    broken: list[Ignored] = []
    for group, key in _secrets_in(stored):
        text = _sealed_text(stored[group][key])
        if text is None:
            continue
        try:
            overrides[group][key] = seal.open(text, _place(group, key)).decode()
        except SealBroken as error:
            overrides[group][key] = UNKNOWN
            broken.append(Ignored(f"{group}.{key}", str(error)))
    return overrides, tuple(broken)


def closed(overrides: Overrides, seal: Seal, before: Overrides) -> Overrides:
    """Give overrides with their secrets sealed.

    `before`: the stored ones that these were made of. What could not be opened there and is UNKNOWN still stays as it
    lies there, so that a change of something else by a process with the wrong keys loses nothing.
    """
    stored: Overrides = {group: dict(values) for group, values in overrides.items()}
    lost = _names(opened(before, seal)[1])
    for group, key in _secrets_in(overrides):
        value = overrides[group][key]
        if value == UNKNOWN and f"{group}.{key}" in lost:
            stored[group][key] = before[group][key]
        elif isinstance(value, str):
            stored[group][key] = {_MARK: seal.close(value.encode(), _place(group, key))}
    return stored


def resealed(stored: Overrides, seal: Seal) -> Overrides | None:
    """Give stored overrides with every secret under the newest key; None when they are already, as far as they open."""
    known, broken = opened(stored, seal)
    lost = _names(broken)
    for group, key in _secrets_in(stored):
        text = _sealed_text(stored[group][key])
        if text is None or not (seal.is_newest(text) or f"{group}.{key}" in lost):
            return closed(known, seal, stored)
    return None


def _names(ignored: Iterable[Ignored]) -> frozenset[str]:
    return frozenset(one.key for one in ignored)


def _secrets_in(overrides: Overrides) -> Iterator[tuple[str, str]]:
    """Give group and key of every secret that is set."""
    for group, values in overrides.items():
        if group in RuntimeSettings.model_fields:
            for key in sorted(secret_keys(group_model(group)) & values.keys()):
                yield group, key


def _sealed_text(value: JsonValue) -> str | None:
    """Give what is sealed; None when the value lies there as it is."""
    if isinstance(value, dict) and isinstance(text := value.get(_MARK), str):
        return text
    return None


def _place(group: str, key: str) -> str:
    return f"settings {group}.{key}"
