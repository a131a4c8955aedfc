"""The header fields of a message as signatures cover them (RFC 6376 3.4.1, 3.4.2, 3.5 and 3.7)."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from mailcore.authentication.dkim.canonical_body import Method
from mailcore.dkim.relaxed import relaxed_field
from mailcore.mail.headers import Field

_SIGNATURE = re.compile(rb"(^|;)([ \t\r\n]*b[ \t\r\n]*=)[^;]*")


def canonical_field(raw: bytes, method: Method) -> bytes:
    """Give a field, CRLF-ended."""
    if method == "simple":
        return raw if raw.endswith(b"\r\n") else raw + b"\r\n"
    return relaxed_field(raw) + b"\r\n"


def without_signature(raw: bytes) -> bytes:
    """Give a signature's own field with `b=` empty."""
    name, colon, value = raw.partition(b":")
    return name + colon + _SIGNATURE.sub(rb"\1\2", value, count=1)


class SignedHeader:
    """A header section that signatures are about. A field is brought into each form once, however many cover it."""

    def __init__(self, fields: Sequence[Field]) -> None:
        self._fields: dict[bytes, list[bytes]] = defaultdict(list)
        for field in fields:
            self._fields[field.name].append(field.raw)
        self._known: dict[tuple[bytes, int, Method], bytes] = {}

    def octets(self, names: Sequence[bytes], signature: bytes, method: Method) -> Iterator[bytes]:
        """Give what a signature signs, in pieces: the fields that `h=` names, then its own without `b=` and line end.

        `names` are lower-case; one that is there n times means the last n fields of that name, from below.
        """
        left = {name: len(self._fields[name]) for name in names if name in self._fields}
        for name in names:
            if left.get(name):
                left[name] -= 1
                yield self._canonical(name, left[name], method)
        yield canonical_field(without_signature(signature), method).removesuffix(b"\r\n")

    def digest(self, names: Sequence[bytes], signature: bytes, method: Method) -> bytes:
        """Give the SHA-256 of those octets."""
        sha256 = hashlib.sha256()
        for octets in self.octets(names, signature, method):
            sha256.update(octets)
        return sha256.digest()

    def _canonical(self, name: bytes, place: int, method: Method) -> bytes:
        key = name, place, method
        if key not in self._known:
            self._known[key] = canonical_field(self._fields[name][place], method)
        return self._known[key]
