"""The parameters of MAIL and RCPT (RFC 5321 4.1.2): split, known by name, each given once, each value checked."""

import re
from collections.abc import Callable, Mapping

from ingress.session.ending import CommandRefused
from ingress.session.xtext import decoded_length, is_xtext
from mailcore import replies

Check = Callable[[str | None], bool]
"""Says whether a value (None when there is no `=`) may stand for a parameter."""

_PARAMETER = re.compile(r"([A-Za-z0-9][A-Za-z0-9-]*)(?:=([^\x00-\x20=\x7f\ud800-\udfff]+))?")
_SHOWN = 40
_NOTIFICATIONS = frozenset(("SUCCESS", "FAILURE", "DELAY"))
_MOST_ENVID = 100  # RFC 3461 4.4
_MOST_ORCPT = 500  # RFC 3461 4.2
_ADDRESS_TYPE = re.compile(r"[A-Za-z0-9!#$%&'*/?^_`{|}~-]+")
# RFC 6533 3: utf-8-addr-xtext and utf-8-addr-unitext
_UTF8_ADDRESS = re.compile(r"(?:[!-*,-<>-\[\]-~\u0080-\U0010ffff]|\\x\{[0-9A-F]{2,6}\})+")


def _size(value: str | None) -> bool:
    return value is not None and value.isascii() and value.isdigit() and len(value) <= 20  # noqa: PLR2004 - RFC 1870 3


def _body(value: str | None) -> bool:
    return value is not None and value.upper() in {"7BIT", "8BITMIME"}


def _smtputf8(value: str | None) -> bool:
    return value is None


def _ret(value: str | None) -> bool:
    return value is not None and value.upper() in {"FULL", "HDRS"}


def _envid(value: str | None) -> bool:
    return value is not None and is_xtext(value) and decoded_length(value) <= _MOST_ENVID


def _auth(value: str | None) -> bool:
    return value is not None and (value == "<>" or is_xtext(value))


def _notify(value: str | None) -> bool:
    if value is None:
        return False
    wanted = value.upper()
    return wanted == "NEVER" or _NOTIFICATIONS.issuperset(wanted.split(","))


def _orcpt(value: str | None) -> bool:
    if value is None or len(value.encode("utf-8")) > _MOST_ORCPT:
        return False
    kind, separator, address = value.partition(";")
    if not separator or not address or not _ADDRESS_TYPE.fullmatch(kind):
        return False
    return is_xtext(address) or (kind.lower() == "utf-8" and _UTF8_ADDRESS.fullmatch(address) is not None)


MAIL: Mapping[str, Check] = {
    "SIZE": _size,  # RFC 1870
    "BODY": _body,  # RFC 6152
    "SMTPUTF8": _smtputf8,  # RFC 6531
    "RET": _ret,  # RFC 3461 4.3
    "ENVID": _envid,  # RFC 3461 4.4
    "AUTH": _auth,  # RFC 4954 5
}
RCPT: Mapping[str, Check] = {
    "NOTIFY": _notify,  # RFC 3461 4.1
    "ORCPT": _orcpt,  # RFC 3461 4.2
}


def read_parameters(text: str, known: Mapping[str, Check]) -> dict[str, str | None]:
    """Give the parameters in `text` by their names in capitals.

    Raises CommandRefused: 555 5.5.4 for an unknown one, 501 5.5.4 for one that is malformed or repeated.
    """
    found: dict[str, str | None] = {}
    for parameter in text.split():
        match = _PARAMETER.fullmatch(parameter)
        shown = "".join(c if "!" <= c <= "~" else "?" for c in parameter.partition("=")[0][:_SHOWN])
        if match is None:
            raise CommandRefused(replies.PARAMETER_MALFORMED.about(parameter=shown))
        name = match[1].upper()
        check = known.get(name)
        if check is None:
            raise CommandRefused(replies.PARAMETER_UNKNOWN.about(parameter=shown))
        if name in found or not check(match[2]):
            raise CommandRefused(replies.PARAMETER_MALFORMED.about(parameter=shown))
        found[name] = match[2]
    return found
