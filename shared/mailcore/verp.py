"""Envelope senders of a list's copies that name the member (variable envelope return paths), signed.

    ml-bounces+1a-7-pq3k5zab@example.com      member 46 (in base 36), post 7, of ml@example.com
    bounces+2-1a-7-k4wnq7hd@example.com       the same of list 2, whose name leaves no room for that

What comes back there tells who did not get which post, whatever the report says. Nobody can make such an address, so
nobody can have a member suspended. Compared whatever the case, since servers on the way may change it. Pure.
"""

import hashlib
import hmac
import re
from base64 import b32encode
from collections.abc import Sequence
from dataclasses import dataclass

from mailcore.address import Address, parse_address
from mailcore.secrets import Secrets

_PURPOSE = "verp"
"""What the keys derive for."""
_MARK = "-bounces+"
_NUMBERED = "bounces+"
_HASH = 8
_MOST_LOCAL_PART = 64
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_TOKEN = re.compile(r"([0-9a-z]{1,13})-([0-9a-z]{1,13})-([2-7a-z]{8})")
_NUMBERED_TOKEN = re.compile(r"([0-9a-z]{1,13})-" + _TOKEN.pattern)
"""A number of 64 bits has 13 digits, so that a sender with the list's number always has room (RFC 5321 4.5.3.1.1)."""


@dataclass(frozen=True, slots=True)
class VerpMark:
    """Whom a copy was for."""

    member: int
    """The member's number (`ListMember.id`)."""
    number: int
    """The post's; 0 for a message of the list's own."""


def parted(local_part: str) -> tuple[str, str] | None:
    """Part a local part that looks like such a sender into the `-bounces` address's local part and the token."""
    at = local_part.lower().rfind(_MARK)
    if at < 1:
        return None
    return local_part[: at + len(_MARK) - 1], local_part[at + len(_MARK) :]


def numbered(local_part: str) -> str | None:
    """Give the token of a local part that looks like such a sender with the list's number; None for another."""
    key = local_part.lower()
    return key.removeprefix(_NUMBERED) if key.startswith(_NUMBERED) else None


class VerpKeys:
    """Makes such senders, and knows them again."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        """`keys`: the first signs, all of them verify."""
        self._keys = tuple(keys)

    def sender(self, bounces: str, list_id: int, mark: VerpMark) -> str:
        """Give the sender for a copy of the list of that number, whose `-bounces` address that is."""
        address = parse_address(bounces)
        text = f"{_base36(mark.member)}-{_base36(mark.number)}"
        local = f"{address.local_part}+{text}-{_hash(self._keys[0], bounces, text)}"
        if len(local.encode("utf-8")) > _MOST_LOCAL_PART:
            text = f"{_base36(list_id)}-{text}"
            local = f"{_NUMBERED}{text}-{_hash(self._keys[0], _any_of(address.domain), text)}"
        return str(Address(local, address.domain))

    def read(self, bounces: str, token: str) -> VerpMark | None:
        """Give whom a token of that `-bounces` address (stored form) names; None for one that is not ours."""
        found = _TOKEN.fullmatch(token.lower())
        if found is None or not self._has_signed(bounces, f"{found[1]}-{found[2]}", found[3]):
            return None
        return VerpMark(int(found[1], 36), int(found[2], 36))

    def read_numbered(self, domain: str, token: str) -> tuple[int, VerpMark] | None:
        """Give the number of the list in `domain` (lower-case A-labels), and whom a token names; None: not ours."""
        found = _NUMBERED_TOKEN.fullmatch(token.lower())
        if found is None or not self._has_signed(_any_of(domain), f"{found[1]}-{found[2]}-{found[3]}", found[4]):
            return None
        return int(found[1], 36), VerpMark(int(found[2], 36), int(found[3], 36))

    def _has_signed(self, where: str, text: str, given: str) -> bool:
        return any(hmac.compare_digest(_hash(key, where, text), given) for key in self._keys)


def verp_keys(secrets: Secrets) -> VerpKeys:
    """Give the keys that derive from this system's own."""
    return VerpKeys(secrets.keys_for(_PURPOSE))


def _any_of(domain: str) -> str:
    """Give what stands for all lists of a domain, and is no address."""
    return f"@{domain}"


def _hash(key: bytes, where: str, text: str) -> str:
    digest = hmac.digest(key, f"{where.lower()}\0{text}".encode(), hashlib.sha256)
    return b32encode(digest).decode("ascii")[:_HASH].lower()


def _base36(number: int) -> str:
    digits = ""
    while number or not digits:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits
