"""Mail addresses (RFC 5321 4.1.2, RFC 6531 3.3): their parts, and the forms in which they are compared and stored."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import AddressValueError, IPv4Address, IPv6Address

import idna

# UTF8-non-ascii of RFC 6531 3.3 without control characters; surrogates are octets that were no UTF-8.
_UTF8 = r"\u00a0-\ud7ff\ue000-\U0010ffff"
_ATEXT = rf"[A-Za-z0-9!#$%&'*+/=?^_`{{|}}~\-{_UTF8}]"
_DOT_STRING = re.compile(rf"{_ATEXT}+(?:\.{_ATEXT}+)*")
_QUOTED_STRING = re.compile(rf'"(?:[\x20\x21\x23-\x5b\x5d-\x7e{_UTF8}]|\\[\x20-\x7e])*"')
_GENERAL_LITERAL = re.compile(r"[A-Za-z0-9-]*[A-Za-z0-9]:[\x21-\x5a\x5e-\x7e]+")
# What nearly every domain is: letters, digits and hyphens, no label with the mark of an A-label or another prefix.
_LDH_LABEL = r"(?![A-Za-z0-9-]{2}--)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_LDH_DOMAIN = re.compile(rf"(?:{_LDH_LABEL}\.)*{_LDH_LABEL}")
_MOST_DOMAIN = 255
_MOST_LOCAL_PART = 64

ROLES = frozenset({"postmaster", "abuse"})
"""Local parts that exist in every managed domain (RFC 5321 4.5.1, RFC 2142 4), in whatever case they are written."""


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox: local part as written but unquoted, domain as lower-case A-labels or an address literal."""

    local_part: str
    domain: str

    def __str__(self) -> str:
        return f"{quote_local_part(self.local_part)}@{self.domain}"

    @property
    def is_literal(self) -> bool:
        """Whether the domain is an address literal (RFC 5321 4.1.3)."""
        return self.domain.startswith("[")

    @property
    def is_ascii(self) -> bool:
        """Whether it can travel without SMTPUTF8."""
        return self.local_part.isascii()


def domain_to_ascii(domain: str) -> str:
    """Give `domain` as lower-case A-labels (UTS #46, non-transitional, then IDNA 2008).

    Raises ValueError, saying what is wrong with it.
    """
    name = domain.removesuffix(".")
    if len(name) <= _MOST_DOMAIN and _LDH_DOMAIN.fullmatch(name):
        return name.lower()
    try:
        ascii_name = idna.encode(name, uts46=True, std3_rules=True).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError) as error:
        raise ValueError(f"{domain!r} is not a domain name: {error}") from error
    if len(ascii_name) > _MOST_DOMAIN:
        raise ValueError(f"{domain!r} is longer than {_MOST_DOMAIN} octets")
    return ascii_name


def quote_local_part(local_part: str) -> str:
    """Give the local part as it is written in SMTP: quoted only where it must be (RFC 5321 4.1.2)."""
    if _DOT_STRING.fullmatch(local_part):
        return local_part
    return '"' + re.sub(r'(["\\])', r"\\\1", local_part) + '"'


@lru_cache(maxsize=4096)
def parse_address(text: str) -> Address:
    """Read a Mailbox (RFC 5321 4.1.2, with the UTF-8 of RFC 6531), without angle brackets.

    Raises ValueError, saying what is wrong with it. Remembers what it read: one address is met several times on the
    way of one message.
    """
    local, at, domain = text.rpartition("@")
    if not at:
        raise ValueError(f"{text!r} has no '@'")
    if _QUOTED_STRING.fullmatch(local):
        local = re.sub(r"\\(.)", r"\1", local[1:-1])
    elif not _DOT_STRING.fullmatch(local):
        raise ValueError(
            f"{local!r} is not a local part: letters, digits and !#$%&'*+-/=?^_`{{|}}~. or a quoted string"
        )
    if len(local.encode("utf-8")) > _MOST_LOCAL_PART:
        raise ValueError(f"the local part is longer than {_MOST_LOCAL_PART} octets (RFC 5321 4.5.3.1.1)")
    if domain.startswith("["):
        if not (domain.endswith("]") and _is_literal(domain[1:-1])):
            raise ValueError(f"{domain!r} is not an address literal (RFC 5321 4.1.3)")
        return Address(local, domain)
    return Address(local, domain_to_ascii(domain))


def _is_literal(text: str) -> bool:
    tag, _, address = text.partition(":")
    try:
        if tag.lower() == "ipv6":
            return IPv6Address(address).scope_id is None
        if "." in tag:
            return str(IPv4Address(text)) == text
    except AddressValueError:
        return False
    return _GENERAL_LITERAL.fullmatch(text) is not None


def local_key(local_part: str) -> str:
    """Give the form in which local parts of managed domains compare: NFC, case-folded, NFC again."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", local_part).casefold())


def read_local_address(text: str) -> Address:
    """Read an address in a managed domain, its local part in NFC and with its case kept.

    Raises ValueError, saying what is wrong with it.
    """
    address = parse_address(text)
    if address.is_literal:
        raise ValueError(f"{text!r}: an address literal is no managed domain")
    return Address(unicodedata.normalize("NFC", address.local_part), address.domain)


def stored_form(address: Address, *, case_sensitive: bool) -> str:
    """Give the form in which an address of a managed domain is stored and looked up.

    `case_sensitive`: whether the domain tells upper from lower case in local parts. They are NFC in any case, and
    postmaster and abuse are nobody else's by another case (RFC 5321 4.5.1).
    """
    key = local_key(address.local_part)
    if case_sensitive and key not in ROLES:
        key = unicodedata.normalize("NFC", address.local_part)
    return str(Address(key, address.domain))
