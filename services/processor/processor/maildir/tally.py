"""Counts what a mailbox holds: every message in `new` and `cur` of every folder, by the sizes in their names."""

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from mailcore.directory.usage import Usage
from processor.maildir import size_file
from processor.maildir.search import folders

_SIZE = re.compile(r",S=(\d+)(?=[:,]|$)")
_TRIES = 3


def count(mailbox: Path) -> Usage:
    """Count the messages of `mailbox` and their octets as they lie on disk. Raises OSError."""
    octets = messages = 0
    for directory in _directories(mailbox):
        for size in _sizes(directory):
            octets += size
            messages += 1
    return Usage(octets, messages)


def recount(mailbox: Path, limits: bytes) -> Usage:
    """Count, and write down what was found. Raises OSError.

    Where something has changed meanwhile it counts again; in a mailbox that never rests the file is left out, since a
    change between count and file may be in both or in neither.
    """
    usage = Usage()
    for _ in range(_TRIES):
        before = _stamps(mailbox)
        usage = count(mailbox)
        size_file.write(mailbox, limits, usage)
        if _stamps(mailbox) == before:
            return usage
    size_file.remove(mailbox)
    return usage


def _directories(mailbox: Path) -> Iterator[Path]:
    return (folder / name for folder in folders(mailbox) for name in ("new", "cur"))


def _stamps(mailbox: Path) -> list[tuple[Path, int]]:
    """Give when each directory last changed."""
    stamps = []
    for directory in _directories(mailbox):
        with suppress(FileNotFoundError):
            stamps.append((directory, directory.stat().st_mtime_ns))
    return stamps


def _sizes(directory: Path) -> Iterator[int]:
    with suppress(FileNotFoundError), os.scandir(directory) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            named = _SIZE.search(entry.name)
            if named is not None:
                yield int(named[1])
                continue
            # A mail client may rename or remove it at any moment.
            with suppress(FileNotFoundError):
                yield entry.stat(follow_symlinks=False).st_size
