"""Signing: `DKIM-Signature` fields for a header section and the hash of a body (RFC 6376 3.5, 5). Pure.

Called with what is sent, after the last change of it. Whoever sends one body under many headers, as a list does, hashes
it once: `signature_fields(header, hashed, "example.org", keys, at)` takes the hash, wherever it comes from.

Equal arguments give equal octets, so that what is sent again is the same.
"""

from base64 import b64encode
from collections.abc import Iterator, Sequence

from mailcore.dkim.keys import SigningKey
from mailcore.dkim.relaxed import relaxed_field
from mailcore.dkim.signed_names import signed_names
from mailcore.errors import Malformed
from mailcore.mail.headers import Field, split_fields

_LINE = 72
_MOST_NAMES = 500
"""Far beyond what mail has: `h=` grows by a name for each field, and is read by everybody on the way."""


def signature_fields(header: bytes, hashed: bytes, domain: str, keys: Sequence[SigningKey], at: float) -> bytes:
    """Give one `DKIM-Signature` field for each of `keys`, CRLF-ended, to stand above `header`.

    `header`: the header section, CRLF-ended, without the empty line; `hashed`: what `relaxed.RelaxedBody` makes of the
    body; `domain`: whose signature it is (`d=`), in A-labels; `at`: seconds since the epoch (`t=`).

    Raises Malformed when there are more fields than a signature would name.
    """
    fields = split_fields(header)
    names = signed_names(fields)
    if len(names) > _MOST_NAMES:
        raise Malformed(f"there are more fields to sign than {_MOST_NAMES}")
    signed = b"".join(line + b"\r\n" for line in _covered(fields, names))
    tags = f"t={int(at)}; bh={_base64(hashed)};\r\n\th={_folded_names(names)};"
    return b"".join(_signature(key, domain, tags, signed) for key in keys)


def _signature(key: SigningKey, domain: str, tags: str, signed: bytes) -> bytes:
    begun = (
        f"DKIM-Signature: v=1; a={key.algorithm}; c=relaxed/relaxed; d={domain};\r\n\ts={key.selector}; {tags}\r\n\tb="
    ).encode("ascii")
    # RFC 6376 3.7: the field itself comes last, with nothing after `b=`, and no line end.
    signature = _base64(key.sign(signed + relaxed_field(begun)))
    lines = (signature[start : start + _LINE] for start in range(0, len(signature), _LINE))
    return begun + "\r\n\t ".join(lines).encode("ascii") + b"\r\n"


def _covered(fields: Sequence[Field], names: Sequence[bytes]) -> Iterator[bytes]:
    """Give the fields that `names` name in relaxed form: of several alike the last one first (RFC 6376 5.4.2).

    Names for which no field is left stand for nothing.
    """
    left: dict[bytes, list[bytes]] = {}
    for field in fields:
        left.setdefault(field.name, []).append(field.raw)
    for name in names:
        if of_name := left.get(name):
            yield relaxed_field(of_name.pop())


def _folded_names(names: Sequence[bytes]) -> str:
    lines = [""]
    for name in names:
        text = name.decode("ascii")
        if lines[-1] and len(lines[-1]) + len(text) >= _LINE:
            lines.append(text)
        else:
            lines[-1] = f"{lines[-1]}:{text}" if lines[-1] else text
    return ":\r\n\t ".join(lines)


def _base64(octets: bytes) -> str:
    return b64encode(octets).decode("ascii")
