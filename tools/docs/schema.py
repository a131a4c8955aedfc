"""What a JSON schema of a field says, in words for people."""

import json
from typing import Any

from tools.docs.markdown import code

Schema = dict[str, Any]

_WORDS = {"null": "`null`", "boolean": "`true` or `false`", "object": "an object", "array": "a list"}


def allowed(schema: Schema) -> str:
    """Give the type and bounds of a field."""
    if "anyOf" in schema:
        return " or ".join(allowed(choice) for choice in schema["anyOf"])
    if "enum" in schema:
        return ", ".join(code(choice) for choice in schema["enum"])
    if "const" in schema:
        return code(schema["const"])
    kind = str(schema.get("type", "any value"))
    return " ".join([_WORDS.get(kind, kind), *_bounds(schema)])


def default(schema: Schema) -> str:
    """Give the default of a field as JSON."""
    return code(json.dumps(schema["default"], ensure_ascii=False)) if "default" in schema else ""


def _bounds(schema: Schema) -> list[str]:
    words = (
        ("minimum", ">= {}"),
        ("exclusiveMinimum", "> {}"),
        ("maximum", "<= {}"),
        ("exclusiveMaximum", "< {}"),
        ("minLength", "at least {} characters"),
        ("maxLength", "at most {} characters"),
        ("pattern", "matching `{}`"),
    )
    bounds = [text.format(schema[key]) for key, text in words if key in schema]
    return [", ".join(bounds)] if bounds else []
