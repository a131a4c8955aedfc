"""Addresses in the part for programs: typed, and ASCII in whatever they are (RFC 3464 2.1.2, RFC 6533 3)."""

import re

_LAST_CHARACTER = 0x10FFFF
_SURROGATES = (0xD800, 0xDFFF)
_EMBEDDED = re.compile(r"\\x\{([0-9A-Fa-f]{2,6})\}")
_HEXCHAR = re.compile(r"\+([0-9A-Fa-f]{2})")
_NO_QCHAR = re.compile(r"[^!-*,-<>-\[\]-~]")
"""What utf-8-addr-xtext writes as a number, `+`, `=` and the backslash among it (RFC 6533 3)."""


def typed_address(address: str, *, utf8: bool = False) -> str:
    r"""Give `type; address`: rfc822, or utf-8 with what is not ASCII written as `\\x{HEX}`, or with `utf8` as it is."""
    if address.isascii():
        return f"rfc822; {address}"
    return f"utf-8; {_readable(address) if utf8 else _utf8_xtext(address)}"


def original_recipient(orcpt: str, *, utf8: bool = False) -> str:
    """Give an ORCPT value (`addr-type;xtext`) as the field has it: xtext decoded, then ASCII again.

    One of type utf-8 is written anew, however it was written: with `utf8` in UTF-8, else in ASCII (RFC 6533 3).
    """
    kind, _, xtext = orcpt.partition(";")
    decoded = _HEXCHAR.sub(lambda match: chr(int(match[1], 16)), xtext)
    if kind.lower() == "utf-8":
        address = _EMBEDDED.sub(_character, decoded)
        return f"{kind}; {_readable(address) if utf8 else _utf8_xtext(address)}"
    return f"{kind}; {_embedded(decoded)}"


def ascii_orcpt(orcpt: str) -> str:
    """Give an ORCPT value for a server without SMTPUTF8: what is not ASCII in it is written so (RFC 6533 3)."""
    return orcpt if orcpt.isascii() else "".join(one if one.isascii() else _number(one) for one in orcpt)


def decoded_xtext(xtext: str) -> str:
    """Give what ENVID stands for (RFC 3461 4), as it may stand in a field."""
    return _embedded(_HEXCHAR.sub(lambda match: chr(int(match[1], 16)), xtext))


def _character(found: re.Match[str]) -> str:
    number = int(found[1], 16)
    # A surrogate is no character, and what is beyond the last one neither.
    return chr(number) if number <= _LAST_CHARACTER and not _SURROGATES[0] <= number <= _SURROGATES[1] else found[0]


def _readable(text: str) -> str:
    return "".join(one if one.isprintable() else _number(one) for one in text)


def _embedded(text: str) -> str:
    return "".join(one if one.isascii() and one.isprintable() else _number(one) for one in text)


def _utf8_xtext(address: str) -> str:
    return _NO_QCHAR.sub(lambda match: _number(match[0]), address)


def _number(character: str) -> str:
    """Give EmbeddedUnicodeChar: two digits at least (RFC 6533 3)."""
    return f"\\x{{{ord(character):02X}}}"
