"""Settings that are written and never shown: passwords at other servers.

Every way out shows MASK: REST, revisions, audit, logs. Only the stored overrides, and who needs it, have the value.
"""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, JsonValue, PlainSerializer, SecretStr, SerializationInfo, WithJsonSchema

MASK = "**********"
"""What is shown in the place of a secret. Written back, it changes nothing."""
REVEALED: Mapping[str, bool] = {"reveal": True}
"""The serialization context in which the value itself is given, for storing it."""


def _serialized(secret: SecretStr, info: SerializationInfo) -> str:
    return secret.get_secret_value() if info.context == REVEALED else MASK


Secret = Annotated[
    SecretStr,
    PlainSerializer(_serialized, return_type=str),
    # Not write-only, as pydantic would have it: that it is set, or null, is shown.
    WithJsonSchema({"type": "string", "format": "password"}),
]
"""A setting that is never shown."""


def secret_keys(group: type[BaseModel]) -> frozenset[str]:
    """Give the names of the settings of a group that are never shown."""
    return frozenset(name for name, field in group.model_fields.items() if "SecretStr" in str(field.annotation))


def masked(group: type[BaseModel], values: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Give values of a group as they may be shown."""
    secrets = secret_keys(group)
    return {key: MASK if key in secrets and value is not None else value for key, value in values.items()}
