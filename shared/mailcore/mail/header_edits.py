"""Edits of a header section that touch one kind of field and leave every other octet as it is.

Names are lower-case octets. A new field goes after the fields that are there, but before the first line that is no
field: many readers take that for the beginning of the body.
"""

from collections.abc import Collection
from functools import lru_cache

from mailcore.mail.headers import Field, split_fields

_LINE_END = b"\r\n"
_FOLD = (b" ", b"\t")

# The steps run once per recipient, on equal header sections.
_fields = lru_cache(maxsize=4)(split_fields)


def all_fields(section: bytes) -> tuple[Field, ...]:
    """Give all fields; split once, however often the same section is asked for."""
    return _fields(section)


def fields_called(section: bytes, name: bytes) -> tuple[bytes, ...]:
    """Give the raw fields of that name, in their order."""
    return tuple(field.raw for field in _fields(section) if field.name == name)


def has_field(section: bytes, name: bytes) -> bool:
    """Whether there is a field of that name."""
    return any(field.name == name for field in _fields(section))


def with_field(section: bytes, raw: bytes) -> bytes:
    """Add a whole field, CRLF-ended, or several."""
    fields = _fields(section)
    place = _end_of_fields(fields)
    before = b"".join(field.raw for field in fields[:place])
    if before and not before.endswith(b"\n"):
        before += _LINE_END
    return before + raw + b"".join(field.raw for field in fields[place:])


def with_first(section: bytes, name: bytes, raw: bytes) -> bytes:
    """Have `raw` in the place of the first field of that name, or added."""
    fields = _fields(section)
    place = next((place for place, field in enumerate(fields) if field.name == name), None)
    if place is None:
        return with_field(section, raw)
    return b"".join((*(field.raw for field in fields[:place]), raw, *(field.raw for field in fields[place + 1 :])))


def with_only(section: bytes, name: bytes, raw: bytes) -> bytes:
    """Have `raw` as the only field of that name: where the first one is, or added."""
    kept = with_first(section, name, raw)
    if len(fields_called(section, name)) < 2:  # noqa: PLR2004 - more than one
        return kept
    place = next(place for place, field in enumerate(_fields(section)) if field.name == name)
    return b"".join(field.raw for at, field in enumerate(_fields(kept)) if at == place or field.name != name)


def without(section: bytes, names: Collection[bytes]) -> bytes:
    """Remove every field that has one of the names."""
    return b"".join(field.raw for field in _fields(section) if field.name not in names)


def renamed(section: bytes, name: bytes, new: bytes) -> bytes:
    """Give every field of that name a new one, written as `new` is; values stay as they are, folds included."""
    return b"".join(new + field.raw[len(name) :] if field.name == name else field.raw for field in _fields(section))


def _end_of_fields(fields: tuple[Field, ...]) -> int:
    # A fold at the very beginning continues what this server puts above the section.
    return next(
        (place for place, field in enumerate(fields) if not field.name and not field.raw.startswith(_FOLD)),
        len(fields),
    )
