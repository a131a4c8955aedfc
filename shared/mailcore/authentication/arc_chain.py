"""Chains of what servers on the way found (RFC 8617): read, and checked for their structure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from mailcore.authentication.dkim.signature import Signature, octets_of, parse_arc_message_signature, signer_of, tags_of
from mailcore.authentication.tags import without_blanks
from mailcore.mail.headers import Field

MOST_SETS = 50
"""RFC 8617 4.2.1."""
RESULTS, MESSAGE_SIGNATURE, SEAL = b"arc-authentication-results", b"arc-message-signature", b"arc-seal"
NAMES = (RESULTS, MESSAGE_SIGNATURE, SEAL)
_INSTANCE = re.compile(rb"[^:]*:[ \t\r\n]*i[ \t\r\n]*=[ \t\r\n]*(\d{1,3})[ \t\r\n]*;")


class BrokenChain(ValueError):  # noqa: N818 - reads as what was found
    """Why a chain is worth nothing."""


@dataclass(frozen=True, slots=True)
class ArcSeal:
    """An `ARC-Seal` (RFC 8617 4.1.3)."""

    raw: bytes
    domain: str
    selector: str
    algorithm: str
    octets: bytes
    chain: str
    """What its sealer found of the chain before it (`cv=`)."""

    @property
    def key_name(self) -> str:
        """Where its key is in DNS."""
        return f"{self.selector}._domainkey.{self.domain}"


@dataclass(frozen=True, slots=True)
class ArcSet:
    """What one server has added."""

    results: bytes
    message_signature: bytes
    seal: ArcSeal


@dataclass(frozen=True, slots=True)
class Chain:
    """A chain without gaps."""

    sets: tuple[ArcSet, ...]
    """The oldest first; one at least."""
    newest: Signature
    """The message signature of the last."""


def parse_chain(fields: Sequence[Field]) -> Chain | None:
    """Read the chain of a message; None when it has none. Raises BrokenChain (RFC 8617 5.2, steps 1 to 3)."""
    found: dict[int, dict[bytes, bytes]] = {}
    for field in fields:
        if field.name in NAMES:
            one = found.setdefault(_instance(field), {})
            if field.name in one:
                raise BrokenChain("a server has sealed twice under one number")
            one[field.name] = field.raw
    if not found:
        return None
    if sorted(found) != list(range(1, len(found) + 1)) or len(found) > MOST_SETS:
        raise BrokenChain("numbers are missing")
    sets = tuple(_set(found[number], number) for number in range(1, len(found) + 1))
    try:
        return Chain(sets, parse_arc_message_signature(sets[-1].message_signature))
    except ValueError as error:
        raise BrokenChain(f"ARC-Message-Signature: {error}") from None


def sealed_octets(sets: Sequence[ArcSet]) -> tuple[bytes, ...]:
    """Give the fields that the seal of the last of `sets` covers, its own the last (RFC 8617 5.1.1)."""
    return tuple(raw for one in sets for raw in (one.results, one.message_signature, one.seal.raw))


def _instance(field: Field) -> int:
    if field.name == RESULTS:
        match = _INSTANCE.match(field.raw)
        number = match[1].decode() if match else ""
    else:
        try:
            number = tags_of(field.raw).get("i", "")
        except ValueError as error:
            raise BrokenChain(f"{field.name.decode()}: {error}") from None
    if not re.fullmatch(r"[1-9]\d?", number):
        raise BrokenChain(f"{field.name.decode()} has no number")
    return int(number)


def _set(found: dict[bytes, bytes], number: int) -> ArcSet:
    if len(found) != len(NAMES):
        raise BrokenChain("a field is missing")
    try:
        tags = tags_of(found[SEAL])
        domain, selector = signer_of(tags)
        seal = ArcSeal(
            found[SEAL],
            domain,
            selector,
            without_blanks(tags["a"]).lower(),
            octets_of(tags["b"]),
            tags.get("cv", "").lower(),
        )
    except KeyError as error:
        raise BrokenChain(f"ARC-Seal: {error.args[0]} is missing") from None
    except ValueError as error:
        raise BrokenChain(f"ARC-Seal: {error}") from None
    if "h" in tags or seal.chain != ("none" if number == 1 else "pass"):
        raise BrokenChain("a server has found the chain broken" if seal.chain == "fail" else "ARC-Seal is malformed")
    return ArcSet(found[RESULTS], found[MESSAGE_SIGNATURE], seal)
