"""Finds a delivery that was made before, wherever a mail client has put it since.

Dovecot renames from `new` into `cur`, changes flags by renaming, and users move messages between folders. What was
fetched and removed, as POP3 does, cannot be found: that is the one gap.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from processor.maildir.name import is_named_for


def find_delivery(mailbox: Path, key: str) -> list[Path]:
    """Give the files of the delivery `key` in any folder of `mailbox`; raises OSError.

    `new` before `cur`, the way messages move, and all of it once more when nothing was found: a file that is renamed
    while its directory is read can be missed.
    """
    return _look(mailbox, key) or _look(mailbox, key)


def _look(mailbox: Path, key: str) -> list[Path]:
    return [
        directory / name
        for folder in folders(mailbox)
        for directory in (folder / "new", folder / "cur")
        for name in _names(directory)
        if is_named_for(name, key)
    ]


def folders(mailbox: Path) -> Iterator[Path]:
    """Give the directory of each folder of `mailbox`, the inbox first; raises OSError."""
    yield mailbox
    for name in _names(mailbox):
        if name.startswith(".") and (mailbox / name / "cur").is_dir():
            yield mailbox / name


def _names(directory: Path) -> list[str]:
    with suppress(FileNotFoundError):
        # The names alone, without a Path for each of what may be a hundred thousand files.
        return os.listdir(directory)  # noqa: PTH208
    return []
