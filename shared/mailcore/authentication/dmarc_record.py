"""Reads DMARC records (RFC 7489 6.3 and 6.6.3)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from mailcore.authentication.results import DmarcPolicy
from mailcore.authentication.tags import parse_tags

_VERSION = re.compile(rb"v[ \t]*=[ \t]*DMARC1[ \t]*(?:;|$)")
_POLICIES = frozenset({"none", "quarantine", "reject"})
_ALL = 100


@dataclass(frozen=True, slots=True)
class DmarcRecord:
    """A record."""

    policy: DmarcPolicy
    subdomain_policy: DmarcPolicy
    """For domains below the one that has the record."""
    strict_dkim: bool = False
    strict_spf: bool = False
    percentage: int = _ALL
    """How much of the mail that fails the policy is for."""


def parse_record(text: bytes) -> DmarcRecord:
    """Read a record. Raises ValueError, saying what is wrong."""
    tags = parse_tags(text.decode("utf-8", "replace"))
    policy = tags.get("p", "").lower()
    if policy not in _POLICIES:
        if "mailto:" not in tags.get("rua", "").lower():
            raise ValueError("there is no policy")
        policy = "none"  # RFC 7489 6.6.3: somebody wants reports all the same
    subdomains = tags.get("sp", policy).lower()
    return DmarcRecord(
        policy=cast("DmarcPolicy", policy),
        subdomain_policy=cast("DmarcPolicy", subdomains if subdomains in _POLICIES else policy),
        strict_dkim=tags.get("adkim", "r").lower() == "s",
        strict_spf=tags.get("aspf", "r").lower() == "s",
        percentage=_percentage(tags.get("pct", "")),
    )


def only_record(texts: Sequence[bytes]) -> DmarcRecord | None:
    """Give the one record among TXT records; None where there is none, or several. Raises ValueError."""
    records = [text for text in texts if _VERSION.match(text)]
    return parse_record(records[0]) if len(records) == 1 else None


def _percentage(text: str) -> int:
    return int(text) if re.fullmatch(r"\d{1,3}", text) and int(text) <= _ALL else _ALL
