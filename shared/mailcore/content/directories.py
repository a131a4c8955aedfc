"""Directories for our eyes only, whose names are durable before anything is put into them. Blocking."""

import os
from pathlib import Path

_MOST_REMEMBERED = 50_000


class Directories:
    """The directories below `root` that this process has made or found, and whose names it has synced.

    That another process made one is not enough: it may not have synced the name yet.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._synced: set[Path] = set()

    def ensure(self, directory: Path) -> None:
        """Make `directory`, which is `root` or lies below it, with mode 0700; raises OSError."""
        if directory in self._synced and directory.is_dir():
            return
        if directory == self._root:
            directory.parent.mkdir(parents=True, exist_ok=True)
        else:
            self.ensure(directory.parent)
        directory.mkdir(mode=0o700, exist_ok=True)
        sync_directory(directory.parent)
        if len(self._synced) >= _MOST_REMEMBERED:
            self._synced.clear()
        self._synced.add(directory)


def sync_directory(directory: Path) -> None:
    """Make the names in `directory` durable; raises OSError."""
    fd = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
