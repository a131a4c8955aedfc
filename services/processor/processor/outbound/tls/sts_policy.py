"""MTA-STS (RFC 8461): the record that announces a policy, and the policy itself. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from mailcore.address import domain_to_ascii
from mailcore.errors import Malformed
from processor.outbound.tls.names import matches

MOST_OCTETS = 64 * 1024
"""Of a policy (RFC 8461 3.3)."""
MOST_SECONDS = 31_557_600
"""Of `max_age` (RFC 8461 3.2)."""
_RECORD = re.compile(r"v=STSv1(?:[ \t]*;[ \t]*[A-Za-z0-9][A-Za-z0-9_.\-]*=[!-:<>-~]*)*[ \t]*;?[ \t]*")
_ID = re.compile(r";[ \t]*id=([A-Za-z0-9]{1,32})[ \t]*(?:;|$)")
_LINE = re.compile(r"([A-Za-z0-9][A-Za-z0-9_.\-]{0,31})[ \t]*:[ \t]*(.*)")

Mode = Literal["enforce", "testing", "none"]


@dataclass(frozen=True, slots=True)
class StsPolicy:
    """A policy."""

    mode: Mode
    max_age: int
    """For how many seconds it may be kept."""
    patterns: tuple[str, ...]
    """Mail servers, A-labels, lower case; `*.` before a name stands for one label."""
    lines: tuple[str, ...]
    """As it was written, without what nobody knows."""

    def names(self, host: str) -> bool:
        """Whether `host` is one of the domain's servers (RFC 8461 4.1)."""
        return any(matches(pattern, host) for pattern in self.patterns)


def announced_id(records: Iterable[bytes]) -> str | None:
    """Give the id of the one valid record among the TXT records of `_mta-sts.<domain>` (RFC 8461 3.1), or None."""
    found = [text for octets in records if (text := octets.decode("ascii", "replace")).startswith("v=STSv1;")]
    if len(found) != 1 or not _RECORD.fullmatch(found[0]):
        return None
    named = _ID.search(found[0])
    return named[1] if named else None


def read_policy(text: str, content_type: str) -> StsPolicy:
    """Read a policy (RFC 8461 3.2) that came as `content_type`. Raises Malformed, saying what is missing or wrong."""
    # Whoever may put pages on the server must not be able to put a policy there.
    if content_type.partition(";")[0].strip().lower() != "text/plain":
        raise Malformed(f"an MTA-STS policy is text/plain, not {content_type[:80]!r}")
    fields: dict[str, list[str]] = {}
    lines = []
    for line in text.removesuffix("\n").split("\n"):
        match = _LINE.fullmatch(line.removesuffix("\r").rstrip(" \t"))
        if match is None:
            raise Malformed(f"an MTA-STS policy has no line {line[:80]!r}")
        fields.setdefault(match[1], []).append(match[2])
        if match[1] in {"version", "mode", "max_age", "mx"}:
            lines.append(f"{match[1]}: {match[2]}")
    if _first(fields, "version") != "STSv1":
        raise Malformed("an MTA-STS policy begins with version: STSv1")
    mode = _first(fields, "mode")
    if mode not in {"enforce", "testing", "none"}:
        raise Malformed(f"an MTA-STS policy has no mode {mode[:80]!r}")
    max_age = _first(fields, "max_age")
    if not (max_age.isascii() and max_age.isdigit() and len(max_age) <= 10):  # noqa: PLR2004 - digits (RFC 8461 3.2)
        raise Malformed(f"max_age of an MTA-STS policy is no number of seconds: {max_age[:80]!r}")
    patterns = tuple(map(_pattern, fields.get("mx", [])))
    if not patterns and mode != "none":
        raise Malformed("an MTA-STS policy names no mx")
    return StsPolicy(mode, min(int(max_age), MOST_SECONDS), patterns, tuple(lines))  # type: ignore[arg-type]  # one of the three


def _first(fields: dict[str, list[str]], key: str) -> str:
    if key not in fields:
        raise Malformed(f"an MTA-STS policy has no {key}")
    return fields[key][0]


def _pattern(text: str) -> str:
    star = "*." if text.startswith("*.") else ""
    try:
        return star + domain_to_ascii(text.removeprefix("*."))
    except ValueError as error:
        raise Malformed(f"mx of an MTA-STS policy is no host: {error}") from error
