"""Where in the file system a folder of a mailbox is (Maildir++)."""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath

from mailcore.content.directories import Directories
from mailcore.errors import Malformed

_FOLDER = re.compile(r"(?:\.[^/.\x00][^/\x00]*)?")


@dataclass(frozen=True, slots=True)
class Place:
    """A folder of a mailbox: the directory that holds `new`, `cur` and `tmp`."""

    mailbox: Path
    """The Maildir of the whole mailbox, which is the folder INBOX too."""
    folder: Path
    new: Path
    """Where a message appears."""
    cur: Path
    """Where mail clients put it."""
    tmp: Path
    """Where it is written."""

    def prepare(self, directories: Directories) -> None:
        """Make what is missing, with modes 0700 and 0600; raises OSError."""
        for directory in (self.tmp, self.new, self.cur):
            directories.ensure(directory)
        if self.folder != self.mailbox:
            # Maildir++: says that this is a folder and not a mailbox of its own.
            (self.folder / "maildirfolder").touch(mode=0o600)


@lru_cache(maxsize=4096)
def place_of(root: Path, mailbox: str, folder: str = "") -> Place:
    """Give the place of `folder` (Maildir++ with its leading dot; empty: the inbox) of `mailbox` below `root`.

    Raises Malformed when either would lead elsewhere.
    """
    parts = PurePosixPath(mailbox).parts
    if not parts or mailbox.startswith("/") or ".." in parts or "\0" in mailbox:
        raise Malformed(f"{mailbox!r} is no mailbox")
    if not _FOLDER.fullmatch(folder):
        raise Malformed(f"{folder!r} is no Maildir++ folder")
    directory = root.joinpath(*parts)
    place = directory / folder if folder else directory
    return Place(directory, place, place / "new", place / "cur", place / "tmp")
