"""The folder that the detail of a plus-address names: safe in a file system, and as IMAP servers write it.

Maildir++ has folders as directories `.name` beside `new` and `cur`, with dots between the levels of a hierarchy; IMAP
writes names that are not ASCII in modified UTF-7 (RFC 3501 5.1.3).
"""

import re
from base64 import b64encode

TRASH = ".Trash"
"""The folder of what is thrown away."""

_NOT_PRINTABLE = re.compile(r"[^\x20-\x7e]+")
_SEPARATES = str.maketrans(dict.fromkeys("./\\~%*", "_") | {chr(code): "_" for code in range(0x20)})
_INBOX = "inbox"
_MOST_FOLDER = 200
"""Octets of a directory's name, which file systems limit to 255."""


def folder_of(detail: str) -> str:
    """Give the Maildir++ folder, with its leading dot, for `detail`; empty, the inbox, for none and for `inbox`.

    What parts names or paths or means something to IMAP becomes `_`, so a detail always names one folder of the top
    level.
    """
    if not detail or detail.casefold() == _INBOX:
        return ""
    return "." + _NOT_PRINTABLE.sub(_shifted, detail.translate(_SEPARATES).replace("&", "&-"))


def folder_below(path: str) -> str:
    """Give the Maildir++ folder for a path with levels parted by `/`. Raises ValueError for what is no such path."""
    levels = path.split("/")
    for level in levels:
        if not level.strip() or level != level.strip() or level.translate(_SEPARATES) != level:
            raise ValueError(f"{path!r} is no folder: names parted by `/`, without any of . \\ ~ % * and blanks around")
    folder = "".join(map(folder_of, levels))
    if len(folder) > _MOST_FOLDER:
        raise ValueError(f"{path!r} is too long for the name of a directory")
    return folder


def _shifted(match: re.Match[str]) -> str:
    encoded = b64encode(match[0].encode("utf-16-be")).rstrip(b"=").replace(b"/", b",")
    return f"&{encoded.decode('ascii')}-"
