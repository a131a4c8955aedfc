"""One process per data directory: two would take each other's mail.

The lock is the kernel's (`flock`), so it ends with its process however that ends.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mailcore.errors import ConfigurationError

_NAME = "standalone.lock"


@contextmanager
def data_dir_locked(directory: Path) -> Iterator[None]:
    """Hold `directory` for this process.

    Raises ConfigurationError, naming the process that holds it, when another one does, or when it cannot be written.
    """
    path = directory / _NAME
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise ConfigurationError(f"DATA_DIR: cannot write {path}: {error.strerror}") from None
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(descriptor, 32).decode("ascii", "replace").strip() or "unknown"
            raise ConfigurationError(
                f"DATA_DIR: {directory} is in use by process {holder}; stop that one or name another directory"
            ) from None
        os.truncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode("ascii"), 0)
        yield
    finally:
        os.close(descriptor)
