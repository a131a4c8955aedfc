"""Reads SPF records (RFC 7208 4.6, 5 and 6) as a whole: one mistake anywhere makes a record worthless."""

import re
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Literal

from mailcore.authentication.results import SpfResult
from mailcore.authentication.spf.macros import MacroString, parse_domain_spec, parse_macro_string

_QUALIFIERS: dict[str, SpfResult] = {"+": "pass", "-": "fail", "~": "softfail", "?": "neutral"}
_MODIFIER = re.compile(r"([A-Za-z][A-Za-z0-9_.-]*)=(.*)", re.DOTALL)
_MECHANISM = re.compile(r"([+?~-]?)([A-Za-z][A-Za-z0-9_.-]*)(.*)", re.DOTALL)
_LENGTHS = re.compile(r"(.*?)(?:/(0|[1-9]\d?))?(?://(0|[1-9]\d{0,2}))?", re.DOTALL)
_LENGTH = re.compile(r"[^/]+(?:/(?:0|[1-9]\d{0,2}))?")
_IPV4_BITS = 32
_IPV6_BITS = 128

MechanismName = Literal["all", "include", "a", "mx", "ptr", "ip4", "ip6", "exists"]


@dataclass(frozen=True, slots=True)
class Mechanism:
    """One mechanism, and what it means when it matches."""

    text: str
    """As it is written."""
    result: SpfResult
    name: MechanismName
    domain: MacroString | None = None
    """None: the domain whose record it is."""
    ipv4_length: int = _IPV4_BITS
    ipv6_length: int = _IPV6_BITS
    network: IPv4Network | IPv6Network | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """A record."""

    mechanisms: tuple[Mechanism, ...]
    redirect: MacroString | None = None


def is_record(text: bytes) -> bool:
    """Whether a TXT record is one of SPF (RFC 7208 4.5)."""
    return text[:6].lower() == b"v=spf1" and text[6:7] in {b"", b" "}


@lru_cache(maxsize=1024)
def parse_record(text: bytes) -> Record:
    """Read a record. Raises ValueError, saying what is wrong."""
    try:
        terms = text.decode("ascii").split(" ")[1:]
    except UnicodeDecodeError:
        raise ValueError("the record is not ASCII") from None
    mechanisms: list[Mechanism] = []
    modifiers: dict[str, MacroString] = {}
    for term in filter(None, terms):
        modifier = _MODIFIER.fullmatch(term)
        if modifier is None:
            mechanisms.append(_mechanism(term))
            continue
        name = modifier[1].lower()
        known = name in {"redirect", "exp"}
        if known and name in modifiers:
            raise ValueError(f"{name}= twice")
        # What is not known must be a macro-string all the same, and says nothing (RFC 7208 6).
        value = parse_domain_spec(modifier[2]) if known else parse_macro_string(modifier[2])
        if known:
            modifiers[name] = value
    return Record(tuple(mechanisms), modifiers.get("redirect"))


def _mechanism(term: str) -> Mechanism:
    match = _MECHANISM.fullmatch(term)
    if match is None:
        raise ValueError(f"malformed: {term[:80]!r}")
    result, rest = _QUALIFIERS[match[1] or "+"], match[3]
    match match[2].lower():
        case "all" if not rest:
            return Mechanism(term, result, "all")
        case "include" | "exists" as name if rest.startswith(":"):
            return Mechanism(term, result, name, parse_domain_spec(rest[1:]))
        case "ptr" if not rest or rest.startswith(":"):
            return Mechanism(term, result, "ptr", parse_domain_spec(rest[1:]) if rest else None)
        case "ip4" | "ip6" as name if rest.startswith(":"):
            return Mechanism(term, result, name, network=_network(name, rest[1:]))
        case "a" | "mx" as name if not rest or rest[0] in ":/":
            return _with_lengths(Mechanism(term, result, name), rest)
        case _:
            raise ValueError(f"no mechanism: {term[:80]!r}")


def _with_lengths(mechanism: Mechanism, rest: str) -> Mechanism:
    match = _LENGTHS.fullmatch(rest)
    if match is None:
        raise ValueError(f"malformed: {mechanism.text[:80]!r}")
    spec, ipv4_length, ipv6_length = match[1], int(match[2] or _IPV4_BITS), int(match[3] or _IPV6_BITS)
    if ipv4_length > _IPV4_BITS or ipv6_length > _IPV6_BITS or (spec and not spec.startswith(":")):
        raise ValueError(f"malformed: {mechanism.text[:80]!r}")
    domain = parse_domain_spec(spec[1:]) if spec else None
    return Mechanism(mechanism.text, mechanism.result, mechanism.name, domain, ipv4_length, ipv6_length)


def _network(name: str, text: str) -> IPv4Network | IPv6Network:
    if not _LENGTH.fullmatch(text) or "%" in text:
        raise ValueError(f"no network: {text[:80]!r}")
    network = ip_network(text, strict=False)
    if isinstance(network, IPv4Network) != (name == "ip4"):
        raise ValueError(f"no network of {name}: {text[:80]!r}")
    return network
