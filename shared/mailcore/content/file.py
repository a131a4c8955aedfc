"""One file of the local content store, blocking: written under a temporary name, durable once it has its own.

Called from threads only. A lock orders the calls of one file, since a cancelled task leaves its last call running.
"""

import os
from pathlib import Path
from threading import Lock

from mailcore.content.directories import Directories, sync_directory


class NewFile:
    """A file on its way into `shard/name`, so far in `temporary`."""

    def __init__(self, temporary: Path, shard: Path, name: str, directories: Directories) -> None:
        self._temporary = temporary
        self._shard = shard
        self._name = name
        self._directories = directories
        self._lock = Lock()
        self._fd: int | None = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)

    def write(self, octets: bytes | bytearray) -> None:
        """Append all of `octets`; raises OSError."""
        with self._lock:
            if self._fd is None:
                raise ValueError("the file has been committed or aborted")
            write_all(self._fd, octets)

    def commit(self) -> None:
        """Make content and name durable; raises OSError."""
        with self._lock:
            if self._fd is None:
                raise ValueError("the file has been committed or aborted")
            os.fsync(self._fd)
            os.close(self._fd)
            self._fd = None
            self._directories.ensure(self._shard)
            self._temporary.rename(self._shard / self._name)
            sync_directory(self._shard)

    def abort(self) -> None:
        """Remove what was written, under whichever name; raises OSError."""
        with self._lock:
            if self._fd is not None:
                os.close(self._fd)
                self._fd = None
            self._temporary.unlink(missing_ok=True)
            (self._shard / self._name).unlink(missing_ok=True)


def write_all(fd: int, octets: bytes | bytearray) -> None:
    """Write all of `octets` to `fd`; raises OSError. A full disk shows as a short write first."""
    rest = memoryview(octets)
    while rest:
        rest = rest[os.write(fd, rest) :]
