"""xtext (RFC 3461 4): printable ASCII in which `+` and `=` are written as `+` and two hexadecimal digits."""

import re

_XTEXT = re.compile(r"(?:[!-*,-<>-~]|\+[0-9A-F]{2})*")
_HEXCHAR = re.compile(r"\+([0-9A-F]{2})")


def is_xtext(text: str) -> bool:
    """Say whether `text` is well-formed xtext."""
    return _XTEXT.fullmatch(text) is not None


def decoded_length(xtext: str) -> int:
    """Give how many octets well-formed `xtext` stands for."""
    return len(xtext) - 2 * len(_HEXCHAR.findall(xtext))
