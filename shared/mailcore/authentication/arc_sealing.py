"""Adds a set to the ARC chain of a message that is sent on (RFC 8617 5.1): what was found when it came.

Called with what is sent, after the last change of it and over its DKIM signatures. Equal arguments give equal octets.
"""

from base64 import b64encode
from collections.abc import Collection, Sequence

import msgspec

from mailcore.authentication.arc_chain import RESULTS, BrokenChain, parse_chain, sealed_octets
from mailcore.authentication.dkim.canonical_header import SignedHeader, canonical_field
from mailcore.authentication.results import Authentication
from mailcore.authentication.results_field import field_of, statements
from mailcore.dkim.keys import SigningKey
from mailcore.dkim.relaxed import relaxed_field
from mailcore.dkim.signed_names import signed_names
from mailcore.mail.headers import Field, split_fields
from mailcore.mail.received import server_name

_LINE = 72


class ArcBasis(msgspec.Struct, frozen=True):
    """What a seal stands on: travels with a message that may be sealed when it is sent."""

    statements: tuple[str, ...]
    """Our authserv-id, and what was found when the message came (RFC 8601 2.2)."""
    chain: str
    """What was found of the chain it came with: `none` or `pass`."""


class MadeSeal(msgspec.Struct, frozen=True):
    """A set that was made once, for many copies of one message."""

    fields: bytes
    """Its three fields, CRLF-ended."""
    key: str
    """Whose it is: the name of the key's record."""


def arc_basis(server: str, found: Authentication | None, sender: str) -> ArcBasis | None:
    """Give what a seal may stand on. None where nobody has looked, and for a chain that is broken: no seal mends it.

    `server`: our authserv-id; `sender`: the envelope sender the message came with.
    """
    if found is None or found.arc.result == "fail":
        return None
    return ArcBasis((server_name(server), *statements(found, sender)), found.arc.result)


def seal_fields(
    header: bytes,
    hashed: bytes,
    *,
    domain: str,
    key: SigningKey,
    basis: ArcBasis,
    at: float,
    uncovered: Collection[bytes] = (),
) -> bytes:
    """Give the three fields of a set, CRLF-ended, to stand above `header`; nothing where the chain cannot be added to.

    `header`: the header section, CRLF-ended, without the empty line; `hashed`: the SHA-256 of the body in relaxed form;
    `domain`: who seals (`d=`), in A-labels; `at`: seconds since the epoch (`t=`); `uncovered`: names of fields, in
    lower case, that may change yet.
    """
    fields = split_fields(header)
    try:
        chain = parse_chain(fields)
    except BrokenChain:
        return b""
    earlier = () if chain is None else sealed_octets(chain.sets)
    number = len(earlier) // 3 + 1
    if (basis.chain == "none") != (number == 1):
        return b""
    results = field_of("ARC-Authentication-Results", (f"i={number}", *basis.statements))
    by = f"a={key.algorithm}; d={domain};\r\n\ts={key.selector}; t={int(at)}"
    message = _signed(
        f"ARC-Message-Signature: i={number}; {by}; c=relaxed/relaxed;\r\n\tbh={_text(hashed)};", fields, key, uncovered
    )
    begun = f"ARC-Seal: i={number}; cv={basis.chain}; {by};\r\n\tb=".encode("ascii")
    covered = b"".join(canonical_field(raw, "relaxed") for raw in (*earlier, results, message))
    return _ended(begun, key.sign(covered + relaxed_field(begun))) + message + results


def _signed(begun: str, fields: Sequence[Field], key: SigningKey, uncovered: Collection[bytes]) -> bytes:
    """Give the message signature: it covers what a DKIM signature of ours does, and the signatures that are there."""
    names = (*signed_names(fields), *(field.name for field in fields if field.name == b"dkim-signature"))
    names = tuple(name for name in names if name != RESULTS and name not in uncovered)
    field = f"{begun}\r\n\th={_folded(names)};\r\n\tb=".encode("ascii")
    return _ended(field, key.sign(b"".join(SignedHeader(fields).octets(names, field, "relaxed"))))


def _ended(begun: bytes, octets: bytes) -> bytes:
    text = _text(octets)
    lines = (text[start : start + _LINE] for start in range(0, len(text), _LINE))
    return begun + "\r\n\t ".join(lines).encode("ascii") + b"\r\n"


def _folded(names: Sequence[bytes]) -> str:
    lines = [""]
    for name in names:
        text = name.decode("ascii")
        if lines[-1] and len(lines[-1]) + len(text) >= _LINE:
            lines.append(text)
        else:
            lines[-1] = f"{lines[-1]}:{text}" if lines[-1] else text
    return ":\r\n\t ".join(lines)


def _text(octets: bytes) -> str:
    return b64encode(octets).decode("ascii")
