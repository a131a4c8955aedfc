"""One MIME entity as its header section describes it (RFC 2045): what may be done to its body."""

import re
from dataclasses import dataclass
from typing import Literal

from mailcore.mail.headers import split_fields
from mailcore.mail.media_type import media_type_of

CONTENT_TYPE = b"content-type"
ENCODING = b"content-transfer-encoding"

Kind = Literal["multipart", "message", "leaf", "fixed"]
"""`message`: a message of its own, header section and all; `fixed`: not one octet of its body may change."""

IDENTITIES = frozenset({"7bit", "8bit", "binary"})
"""Encodings that leave the body as it is."""
_COMMENT = re.compile(rb"\([^()]*\)")
_MISSPELT = {"": "7bit", "7bits": "7bit", "7-bit": "7bit", "8bits": "8bit", "8-bit": "8bit"}
_NESTED = frozenset({"message/rfc822", "message/news"})
_NESTED_TOO = _NESTED | {"message/global"}
"""The same, where nothing is to be changed."""


@dataclass(frozen=True, slots=True)
class Entity:
    """What the header section of a part, or of the message, says of its body."""

    media_type: str
    """`type/subtype` in lower case."""
    encoding: str
    """Content-Transfer-Encoding in lower case; `7bit` when none is given."""
    kind: Kind
    boundary: bytes = b""
    """What its parts are told apart by, where it is a multipart."""
    is_typed: bool = True
    """Whether it says what type it has."""

    @property
    def default_type(self) -> str:
        """The type of parts that name none (RFC 2046 5.1.5)."""
        return "message/rfc822" if self.media_type == "multipart/digest" else "text/plain"


def entity_of(section: bytes, default_type: str = "text/plain", *, looks_into: bool = False) -> Entity:
    """Read a header section, up to the first line that is no field.

    `looks_into`: name what holds others `multipart` or `message`, even where not one octet of it may change.
    """
    found: dict[bytes, bytes] = {}
    for field in split_fields(section):
        if not field.name:
            break
        if field.name in {CONTENT_TYPE, ENCODING}:
            found.setdefault(field.name, field.raw.partition(b":")[2])
    encoding = _encoding(found.get(ENCODING, b""))
    kind_of = _kind_within if looks_into else _kind
    if CONTENT_TYPE not in found:
        return Entity(default_type, encoding, kind_of(default_type, encoding), is_typed=False)
    media_type, boundary = media_type_of(found[CONTENT_TYPE])
    kind = kind_of(media_type, encoding)
    if kind == "multipart" and not boundary:
        kind = "leaf"
    return Entity(media_type, encoding, kind, boundary if kind == "multipart" else b"")


def _encoding(value: bytes) -> str:
    name = b"".join(_COMMENT.sub(b"", value.partition(b";")[0]).split()).decode("latin-1").lower()
    return _MISSPELT.get(name, name)


def _kind(media_type: str, encoding: str) -> Kind:
    main, _, sub = media_type.partition("/")
    if media_type == "multipart/signed":
        # RFC 1847 2.1: the signature is over the octets of the first part as they are.
        return "fixed"
    if main == "multipart":
        return "multipart" if encoding in IDENTITIES else "leaf"
    if media_type in _NESTED:
        return "message" if encoding in IDENTITIES else "leaf"
    # RFC 2045 6.4 allows no other encoding of message types; those of RFC 6532 and RFC 6533 are the exception.
    return "fixed" if main == "message" and not sub.startswith("global") else "leaf"


def _kind_within(media_type: str, encoding: str) -> Kind:
    if encoding not in IDENTITIES:
        return "leaf"
    if media_type.startswith("multipart/"):
        return "multipart"
    return "message" if media_type in _NESTED_TOO else "leaf"
