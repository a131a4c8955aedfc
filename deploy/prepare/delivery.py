"""Puts files into the volume of a consumer, readable by its user alone."""

import os
from collections.abc import Mapping
from pathlib import Path


def deliver(directory: Path, files: Mapping[str, bytes], *, owner: int) -> None:
    """Write `files` into `directory` with the mode 0400 and `owner`; each appears whole, or not at all.

    The directory stays root's: its user may look into it and read what is its own. Raises OSError.
    """
    directory.chmod(0o755)
    for name, content in files.items():
        fresh = directory / f".{name}"
        fresh.unlink(missing_ok=True)
        with fresh.open("xb") as file:
            file.write(content)
            file.flush()
            # The mode before the owner: root without its capabilities may not change the files of others.
            os.fchmod(file.fileno(), 0o400)
            os.fchown(file.fileno(), owner, owner)
            os.fsync(file.fileno())
        fresh.replace(directory / name)


def own(directory: Path, *, owner: int) -> None:
    """Give `directory` to `owner`, closed to everybody else; done already for all starts but the first."""
    status = directory.stat()
    if status.st_uid == owner:
        return
    directory.chmod(0o700)
    os.chown(directory, owner, owner)
