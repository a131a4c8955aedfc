"""Macros of SPF records (RFC 7208 7): read once, filled in for each message."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

_MOST_DOMAIN = 253
_MACRO = re.compile(r"%(?:\{([A-Za-z])(\d{0,3})([rR]?)([.\-+,/_=]*)\}|([%_-]))|([\x21-\x24\x26-\x7e]+)")
_SINGLE = {"%": "%", "_": " ", "-": "%20"}
_LETTERS = frozenset("slodiphv")
_EXPLANATION_LETTERS = _LETTERS | frozenset("crt")
_TOP_LABEL = re.compile(r"(?=[A-Za-z0-9-]*[A-Za-z-])[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?")


@dataclass(frozen=True, slots=True)
class Macro:
    """One macro."""

    letter: str
    digits: int
    """How many parts from the right are kept; 0: all."""
    is_reversed: bool
    delimiters: str


@dataclass(frozen=True, slots=True)
class MacroString:
    """A text with macros."""

    parts: tuple[str | Macro, ...]

    @property
    def letters(self) -> frozenset[str]:
        """Which values it needs, in lower case."""
        return frozenset(part.letter.lower() for part in self.parts if isinstance(part, Macro))

    def expand(self, values: Mapping[str, str]) -> str:
        """Give it with the macros filled in; `values` by lower-case letter."""
        return "".join(part if isinstance(part, str) else _filled_in(part, values) for part in self.parts)


def parse_macro_string(text: str, *, explains: bool = False) -> MacroString:
    """Read a macro-string; `explains`: whether it stands in an explanation. Raises ValueError."""
    parts: list[str | Macro] = []
    at = 0
    while at < len(text):
        match = _MACRO.match(text, at)
        if match is None:
            raise ValueError(f"malformed macro in {text[:80]!r}")
        at = match.end()
        letter, digits, reverse, delimiters, single, literal = match.groups()
        if letter is None:
            parts.append(literal or _SINGLE[single])
            continue
        if letter.lower() not in (_EXPLANATION_LETTERS if explains else _LETTERS):
            raise ValueError(f"no macro letter: {letter}")
        if digits and not int(digits):
            raise ValueError("a macro keeps no parts")
        parts.append(Macro(letter, int(digits or 0), bool(reverse), delimiters or "."))
    return MacroString(tuple(parts))


def parse_domain_spec(text: str) -> MacroString:
    """Read a domain-spec, which ends in a top label or a macro (RFC 7208 7.1). Raises ValueError."""
    spec = parse_macro_string(text)
    last = text.removesuffix(".").rpartition(".")
    ends_in_macro = bool(spec.parts) and (isinstance(spec.parts[-1], Macro) or text.endswith(("%%", "%_", "%-")))
    if not ends_in_macro and not (last[1] and _TOP_LABEL.fullmatch(last[2])):
        raise ValueError(f"no domain: {text[:80]!r}")
    return spec


def expanded_domain(spec: MacroString, values: Mapping[str, str]) -> str:
    """Give the name to ask for: cut from the left where it is longer than a name can be (RFC 7208 7.3)."""
    name = spec.expand(values).removesuffix(".")
    while len(name) > _MOST_DOMAIN and "." in name:
        name = name.partition(".")[2]
    return name


def _filled_in(macro: Macro, values: Mapping[str, str]) -> str:
    value = values[macro.letter.lower()]
    if macro.digits or macro.is_reversed or macro.delimiters != ".":
        parts = re.split(f"[{re.escape(macro.delimiters)}]", value)
        if macro.is_reversed:
            parts.reverse()
        value = ".".join(parts[-macro.digits :] if macro.digits else parts)
    return quote(value, safe="-._~") if macro.letter.isupper() else value
