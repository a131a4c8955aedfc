"""Reads reports of the standard form: RFC 3464, and RFC 6533 for internationalised mail. Never raises.

The part for programs is looked for whatever the rest of the message looks like: it is there in reports that are cut
off, that name another type at their beginning, or that are no MIME messages by their own account. Takes time in
proportion to the octets.
"""

import re
import sys
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from quopri import decodestring

from maildecide.lists.bounces.said import MOST_WHY, Kind, Said

_PART = re.compile(
    rb"^content-type:[ \t]*(?:\r?\n[ \t]+)?message/(?:global-)?delivery-status\b", re.IGNORECASE | re.MULTILINE
)
_ENCODING = re.compile(rb"content-transfer-encoding:[ \t]*(base64|quoted-printable)\b", re.IGNORECASE)
_BEGINS = re.compile(rb"(?:reporting-mta|final-recipient|original-recipient|action|status):", re.IGNORECASE)
_MOST_LINES = 2000
"""Of the part: a report about a hundred recipients has a thousand."""
_FOLD = (b" ", b"\t")
_COMMENT = re.compile(r"\s*\([^()]*\)$")
_CHARACTER = re.compile(r"\\x\{([0-9A-Fa-f]{1,6})\}")
"""How seven bits say which one is meant (RFC 6533 3)."""

_LESSER: tuple[Kind, ...] = ("transient", "delayed", "nothing")
"""What a report says in which nobody failed for good: the first of these that it says of somebody."""

Group = Mapping[str, str]
"""The fields about the message, or about one recipient: lower-case names, each with its first value."""


def read_status(octets: bytes) -> Said | None:
    """Give what a report says; None where there is no part for programs that says what happened.

    `octets`: the message, or its beginning.
    """
    return read_groups(_part(octets))


def read_groups(lines: Iterable[bytes]) -> Said | None:
    """Give what groups of fields say; None where none of them says what happened to somebody."""
    said = [(_kind(group), group) for group in _groups(lines)]
    failed = [group for kind, group in said if kind == "failed"]
    if failed:
        recipients = tuple(dict.fromkeys(filter(None, map(_recipient, failed))))
        return Said("failed", recipients, _why(failed[0]), "status")
    for wanted in _LESSER:
        group = next((group for kind, group in said if kind == wanted), None)
        if group is not None:
            return Said(wanted, why=_why(group), read_by="status")
    return None


def _part(octets: bytes) -> Iterator[bytes]:
    """Give the lines of the part for programs, decoded."""
    found_part = _PART.search(octets)
    if found_part is None:
        return iter(())
    lines = iter(octets[found_part.end() :].splitlines())
    # What else stands in that line, such as a parameter.
    next(lines, b"")
    encoding = ""
    first: list[bytes] = []
    for line in lines:
        if not line.strip():
            break
        if (found := _ENCODING.match(line)) is not None:
            encoding = found[1].decode("ascii").lower()
        elif _BEGINS.match(line):
            # The empty line that should be above it is missing.
            first = [line]
            break
    body = (line for line in lines)
    inside = [*first, *islice(_up_to_boundary(body), _MOST_LINES)]
    return iter(_decoded(inside, encoding))


def _up_to_boundary(lines: Iterator[bytes]) -> Iterator[bytes]:
    for line in lines:
        if line.startswith(b"--"):
            return
        yield line


def _decoded(lines: Sequence[bytes], encoding: str) -> Sequence[bytes]:
    if encoding == "base64":
        try:
            return b64decode(b"".join(lines)).splitlines()
        except NotBase64:
            return ()
    return decodestring(b"\n".join(lines)).splitlines() if encoding else lines


def _groups(lines: Iterable[bytes]) -> Iterator[Group]:
    """Give the groups of fields, which empty lines part (RFC 3464 2.1)."""
    group: dict[str, str] = {}
    name = ""
    for line in lines:
        if not line.strip():
            if group:
                yield group
            group, name = {}, ""
        elif line.startswith(_FOLD):
            if name:
                group[name] = f"{group[name]} {_text(line)}"[:MOST_WHY]
        else:
            before, colon, value = line.partition(b":")
            name = before.strip().decode("ascii", "replace").lower() if colon else ""
            if name in group:
                # What is said twice holds as it was said first; a line about another recipient ends the group.
                if name != "final-recipient":
                    name = ""
                    continue
                yield group
                group = {}
            if name:
                group[name] = _text(value)[:MOST_WHY]
    if group:
        yield group


def _text(octets: bytes) -> str:
    return " ".join(octets.decode("utf-8", "replace").split())


def _kind(group: Group) -> Kind | None:
    """Say what a group says happened; None where it is about no recipient, or does not say.

    A server that has given up says `failed` (RFC 3464 2.3.3), and by the class of the status whether the reason may
    pass: with class 4, sending in the future may be successful (RFC 3463 3.1).
    """
    if "final-recipient" not in group and "original-recipient" not in group:
        return None
    action, status = group.get("action", "").lower(), group.get("status", "")[:1]
    if action.startswith(("fail", "error")):
        return "transient" if status == "4" else "failed"
    if action.startswith("delay"):
        return "delayed"
    if action.startswith(("deliver", "relay", "expand")):
        return "nothing"
    classes: Mapping[str, Kind] = {"5": "failed", "4": "delayed", "2": "nothing"}
    return classes.get(status)


def _recipient(group: Group) -> str:
    """Give the address that the message was sent to, else the one it ended at."""
    for name in ("original-recipient", "x-actual-recipient", "final-recipient"):
        if "@" in (address := _address(group.get(name, ""))):
            return address
    return ""


def _address(value: str) -> str:
    """Give the address in a field of it (RFC 3464 2.3.1, RFC 6533 3), whatever is around it."""
    kind, semicolon, address = value.partition(";")
    address = _COMMENT.sub("", (address if semicolon else kind).strip()).strip("<>")
    return _CHARACTER.sub(_character, address) if kind.strip().lower() == "utf-8" else address


def _character(found: re.Match[str]) -> str:
    number = int(found[1], 16)
    return chr(number) if number <= sys.maxunicode else found[0]


def _why(group: Group) -> str:
    status, diagnostic = group.get("status", ""), group.get("diagnostic-code", "")
    kind, semicolon, text = diagnostic.partition(";")
    said = text.strip() if semicolon and kind.strip().isascii() and " " not in kind.strip() else diagnostic
    return (said if status and status.split(" ")[0] in said else f"{status} {said}".strip())[:MOST_WHY]
