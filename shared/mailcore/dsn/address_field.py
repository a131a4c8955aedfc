"""Addresses in the part for programs: typed, and ASCII in whatever they are (RFC 3464 2.1.2, RFC 6533 3)."""

import re

_XTEXT_NOT = re.compile(r"[^!-*,-<>-~]")
_HEXCHAR = re.compile(r"\+([0-9A-Fa-f]{2})")


def typed_address(address: str) -> str:
    r"""Give `type; address`: rfc822, or utf-8 with what is not ASCII written as `\\x{HEX}`."""
    if address.isascii():
        return f"rfc822; {address}"
    return f"utf-8; {_embedded(address)}"


def original_recipient(orcpt: str) -> str:
    """Give an ORCPT value (`addr-type;xtext`) as the field has it: xtext decoded, then ASCII again."""
    kind, _, xtext = orcpt.partition(";")
    decoded = _HEXCHAR.sub(lambda match: chr(int(match[1], 16)), xtext)
    return f"{kind}; {_embedded(decoded)}"


def decoded_xtext(xtext: str) -> str:
    """Give what ENVID stands for (RFC 3461 4), as it may stand in a field."""
    return _embedded(_HEXCHAR.sub(lambda match: chr(int(match[1], 16)), xtext))


def as_xtext(text: str) -> str:
    """Write ASCII `text` as xtext (RFC 3461 4)."""
    return _XTEXT_NOT.sub(lambda match: f"+{ord(match[0]):02X}", text)


def orcpt_of(address: str) -> str:
    """Give the ORCPT value for an address (RFC 6533 3 for one that is not ASCII)."""
    if address.isascii():
        return f"rfc822;{as_xtext(address)}"
    return f"utf-8;{as_xtext(_embedded(address))}"


def _embedded(text: str) -> str:
    return "".join(one if one.isascii() and one.isprintable() else f"\\x{{{ord(one):X}}}" for one in text)
