"""The sender rewriting scheme: senders under which forwarded mail comes from here, and may come back (SRS0, SRS1).

    SRS0=HASH=TT=example.net=bob@example.com        of bob@example.net
    SRS1=HASH=example.org==XXXX=TT=example.net=bob@example.com    of an SRS0 address that example.org has made
    SRS0=HASH=TT==TOKEN@example.com                 of an address too long for 64 octets, kept in the database

TT is the day. Hashes are compared whatever their case, since servers on the way may change it. Pure: keys and time are
arguments.
"""

import hashlib
import hmac
from base64 import b32encode
from collections.abc import Sequence
from dataclasses import dataclass

from mailcore.address import Address, parse_address
from mailcore.secrets import Secrets

_PURPOSE = "srs"
"""What the keys derive for."""
VALID_DAYS = 21
"""Senders give up after days; what comes later is no report about our mail."""
_DAY = 86_400.0
_DAYS = 1024
"""After which TT begins anew."""
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_HASH = 8
_TOKEN = 24
_MOST_LOCAL_PART = 64


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A sender as forwarded mail has it."""

    address: str
    token: str = ""
    """What stands for the sender in it and must be kept with the sender; empty where the address says all."""


@dataclass(frozen=True, slots=True)
class Returned:
    """Whom a rewritten sender stands for: an address, or a token that leads to one."""

    address: str = ""
    token: str = ""


def is_rewritten(local_part: str) -> bool:
    """Whether a local part looks like a rewritten sender, of whomever."""
    return local_part[:5].upper() in {"SRS0=", "SRS1="}


class SrsKeys:
    """Rewrites senders, and knows them again."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        """`keys`: the first signs, all of them verify."""
        self._keys = tuple(keys)

    def rewritten(self, sender: str, domain: str, at: float) -> Rewritten:
        """Give `sender` as an address of `domain`, for mail that came `at` (seconds since the epoch).

        Raises ValueError when `sender` is no address.
        """
        address = parse_address(sender)
        day = _day(at)
        if (short := self._forwarded_before(address)) is None:
            signed = self._sign(day, address.domain, address.local_part)
            short = f"SRS0={signed}={day}={address.domain}={address.local_part}"
        made = Address(short, domain)
        if "[" not in short and len(short.encode("utf-8")) <= _MOST_LOCAL_PART:
            return Rewritten(str(made))
        token = b32encode(hmac.digest(self._keys[0], f"token\0{address}".encode(), hashlib.sha256)).decode()[:_TOKEN]
        return Rewritten(str(Address(f"SRS0={self._sign(day, '', token)}={day}=={token}", domain)), token)

    def returned(self, local_part: str, now: float) -> Returned | None:
        """Say whom a rewritten local part stands for; None when it is not ours, or its time is over."""
        kind, _, rest = local_part.partition("=")
        hashed, _, rest = rest.partition("=")
        if kind.upper() == "SRS1":
            host, _, inner = rest.partition("=")
            if not (host and inner and self._is_signed(hashed, "1", host, inner)):
                return None
            return _readable(Returned(f"SRS0{inner}@{host}"))
        day, _, rest = rest.partition("=")
        domain, _, local = rest.partition("=")
        if not local or not self._is_signed(hashed, day, domain, local) or not _is_valid(day, now):
            return None
        if not domain:
            return Returned(token=local.upper())
        return _readable(Returned(str(Address(local, domain.lower()))))

    def _forwarded_before(self, address: Address) -> str | None:
        """Give the SRS1 form of a sender that somebody else has rewritten: two hops are enough to find the way back."""
        kind, local = address.local_part[:4].upper(), address.local_part[4:]
        if kind == "SRS0" and local[:1] in {"=", "+", "-"}:
            return f"SRS1={self._sign('1', address.domain, local)}={address.domain}={local}"
        if kind == "SRS1" and local[:1] == "=":
            host, _, inner = local[1:].partition("=")[2].partition("=")
            if host and inner:
                return f"SRS1={self._sign('1', host, inner)}={host}={inner}"
        return None

    def _sign(self, *parts: str) -> str:
        return _hash(self._keys[0], parts)

    def _is_signed(self, hashed: str, *parts: str) -> bool:
        given = hashed.upper().encode("utf-8")
        return any(hmac.compare_digest(_hash(key, parts).encode("ascii"), given) for key in self._keys)


def srs_keys(secrets: Secrets) -> SrsKeys:
    """Give the keys that derive from this system's own."""
    return SrsKeys(secrets.keys_for(_PURPOSE))


def _hash(key: bytes, parts: Sequence[str]) -> str:
    text = "\0".join(parts).lower().encode("utf-8")
    return b32encode(hmac.digest(key, text, hashlib.sha256)).decode("ascii")[:_HASH]


def _day(at: float) -> str:
    number = int(at // _DAY) % _DAYS
    return _ALPHABET[number // 32] + _ALPHABET[number % 32]


def _is_valid(day: str, now: float) -> bool:
    """Whether a day is not longer ago than it may be; tomorrow's is taken too, since clocks differ."""
    high, low = (_ALPHABET.find(letter) for letter in (day.upper().ljust(2)[:2]))
    if len(day) != 2 or high < 0 or low < 0:  # noqa: PLR2004 - two letters
        return False
    age = (int(now // _DAY) - (high * 32 + low)) % _DAYS
    return age <= VALID_DAYS or age == _DAYS - 1


def _readable(returned: Returned) -> Returned | None:
    try:
        parse_address(returned.address)
    except ValueError:
        return None
    return returned
