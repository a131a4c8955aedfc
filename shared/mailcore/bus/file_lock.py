"""A lock that one process holds as long as it lives."""

import fcntl
from pathlib import Path
from typing import IO

from mailcore.errors import ConfigurationError


def hold_lock(path: Path) -> IO[bytes]:
    """Take the lock file `path` and give it; closing it, or the end of the process, gives the lock up.

    Raises ConfigurationError when another process has it, or when it cannot be made.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = path.open("ab")
    except OSError as error:
        raise ConfigurationError(f"DATA_DIR: {path} cannot be made: {error.strerror}") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise ConfigurationError(
            f"DATA_DIR: another process uses {path}; several processes need DATABASE_URL and AMQP_URL"
        ) from None
    return lock
