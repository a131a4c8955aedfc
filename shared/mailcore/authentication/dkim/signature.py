"""Reads what holds signatures: `DKIM-Signature` (RFC 6376 3.5) and `ARC-Message-Signature` (RFC 8617 4.1.2)."""

import re
from base64 import b64decode
from dataclasses import dataclass
from typing import cast

from mailcore.authentication.dkim.canonical_body import Method
from mailcore.authentication.domains import known_form
from mailcore.authentication.tags import parse_tags, without_blanks

MOST_SIGNATURES = 8
"""Signatures of one message that are looked at; the uppermost are the newest."""
ALGORITHMS = frozenset({"rsa-sha256", "ed25519-sha256"})
OBSOLETE = frozenset({"rsa-sha1"})
_METHODS = frozenset({"simple", "relaxed"})
_SELECTOR = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9])?)*")
_NUMBER = re.compile(r"\d{1,20}")
_MOST_NAMES = 500
_MOST_SELECTOR = 190


@dataclass(frozen=True, slots=True)
class Signature:
    """What a signature says of itself."""

    raw: bytes
    """Its whole field."""
    domain: str
    """`d=`, in A-labels."""
    selector: str
    identity: str
    """The domain of `i=`, which is `d=` or below it."""
    algorithm: str
    header_method: Method
    body_method: Method
    names: tuple[bytes, ...]
    """`h=`, in lower case."""
    body_hash: bytes
    octets: bytes
    """`b=`."""
    length: int | None = None
    """`l=`."""
    made_at: int | None = None
    expires_at: int | None = None

    @property
    def key_name(self) -> str:
        """Where its key is in DNS."""
        return f"{self.selector}._domainkey.{self.domain}"

    @property
    def fingerprint(self) -> str:
        """Give the beginning of `b=` (RFC 6008 4)."""
        return fingerprint_of(tags_of(self.raw).get("b", ""))


def fingerprint_of(octets: str) -> str:
    """Give the beginning of what `b=` says."""
    return without_blanks(octets)[:8]


def tags_of(raw: bytes) -> dict[str, str]:
    """Give the tags of a field. Raises ValueError."""
    try:
        return parse_tags(raw.partition(b":")[2].decode("utf-8"))
    except UnicodeDecodeError:
        raise ValueError("not UTF-8") from None


def parse_dkim_signature(raw: bytes) -> Signature:
    """Read a `DKIM-Signature`. Raises ValueError, saying what is wrong."""
    tags = tags_of(raw)
    if tags.get("v") != "1":
        raise ValueError("no version that is known")
    if "dns/txt" not in without_blanks(tags.get("q", "dns/txt")).lower().split(":"):
        raise ValueError("no way to its key that is known")
    signature = _signature(raw, tags, identity=tags.get("i"))
    if b"from" not in signature.names:
        raise ValueError("From is not signed")
    return signature


def parse_arc_message_signature(raw: bytes) -> Signature:
    """Read an `ARC-Message-Signature`, whose `i=` is its place in the chain. Raises ValueError."""
    signature = _signature(raw, tags_of(raw), identity=None)
    if b"arc-seal" in signature.names:
        raise ValueError("ARC-Seal is signed")
    return signature


def _signature(raw: bytes, tags: dict[str, str], *, identity: str | None) -> Signature:
    if missing := {"a", "b", "bh", "d", "h", "s"} - tags.keys():
        raise ValueError(f"{', '.join(sorted(missing))} is missing")
    domain, selector = signer_of(tags)
    header, _, body = (without_blanks(tags["c"]) if "c" in tags else "simple").lower().partition("/")
    if header not in _METHODS or (body and body not in _METHODS):
        raise ValueError("no canonicalization that is known")
    names = tuple(name.strip().lower().encode("ascii", "replace") for name in tags["h"].split(":"))
    made_at, expires_at = _number(tags, "t"), _number(tags, "x")
    if made_at is not None and expires_at is not None and expires_at < made_at:
        raise ValueError("it expired before it was made")
    if len(names) > _MOST_NAMES:
        raise ValueError("too many fields are named")
    return Signature(
        raw=raw,
        domain=domain,
        selector=selector,
        identity=_identity(identity, domain),
        algorithm=without_blanks(tags["a"]).lower(),
        header_method=cast("Method", header),
        body_method=cast("Method", body or "simple"),
        names=names,
        body_hash=octets_of(tags["bh"]),
        octets=octets_of(tags["b"]),
        length=_number(tags, "l"),
        made_at=made_at,
        expires_at=expires_at,
    )


def signer_of(tags: dict[str, str]) -> tuple[str, str]:
    """Give domain and selector. Raises ValueError."""
    selector = without_blanks(tags["s"])
    if len(selector) > _MOST_SELECTOR or not _SELECTOR.fullmatch(selector):
        raise ValueError("the selector is malformed")
    return known_form(without_blanks(tags["d"])), selector.lower()


def octets_of(value: str) -> bytes:
    """Read base64 with blanks in it. Raises ValueError."""
    octets = b64decode(without_blanks(value), validate=True)
    if not octets:
        raise ValueError("nothing is signed")
    return octets


def _identity(identity: str | None, domain: str) -> str:
    if identity is None:
        return domain
    own = known_form(identity.rpartition("@")[2].strip())
    if own != domain and not own.endswith(f".{domain}"):
        raise ValueError("i= is not below d=")
    return own


def _number(tags: dict[str, str], name: str) -> int | None:
    if name not in tags:
        return None
    if not _NUMBER.fullmatch(tags[name]):
        raise ValueError(f"{name}= is no number")
    return int(tags[name])
