"""One message on its way into a Maildir: written in `tmp`, synced, linked into `new`.

A lock orders the calls, since a task that is cancelled leaves its last call running in a thread.
"""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Lock
from uuid import uuid4

from mailcore.content.directories import sync_directory
from mailcore.content.file import write_all
from processor.maildir.line_ends import LineEnds
from processor.maildir.name import file_name
from processor.maildir.place import Place
from processor.maildir.search import find_delivery


class NewMail:
    """A message being delivered to `place`. `finish` or `abort` ends it; every call raises OSError."""

    def __init__(self, place: Place, accepted_at: float, key: str) -> None:
        self._place = place
        self._accepted_at = accepted_at
        self._key = key
        self._lines = LineEnds()
        self._lock = Lock()
        self._temporary = place.tmp / f"{int(accepted_at)}.{uuid4().hex}.hikyaku"
        self._fd: int | None = os.open(self._temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)

    @property
    def size(self) -> int:
        """How many octets it has on disk, so far."""
        return self._lines.size

    def write(self, octets: bytes) -> None:
        """Append `octets`, their lines ended by CRLF."""
        with self._lock:
            write_all(self._open_fd(), self._lines.feed(octets))

    def finish(self, *, look_twice: Callable[[], bool]) -> bool:
        """Let it appear in `new`, durably; give False when it was there already.

        `look_twice` says whether somebody else may have delivered it meanwhile, or may be doing so at this moment: his
        copy can have left `new` before ours came. So it is asked again afterwards, and one copy stays.
        """
        with self._lock:
            fd = self._open_fd()
            write_all(fd, self._lines.close())
            os.fsync(fd)
            inode = os.fstat(fd).st_ino
            self._close()
            name = file_name(self._accepted_at, self._key, self._lines.size, self._lines.virtual_size)
            is_new = not (look_twice() and self._copies()) and self._link(self._place.new / name)
            # Last of all: what kept us from running may have done so just before the link.
            if is_new and look_twice():
                is_new = self._leave_one(name) in {inode, None}
            # Also when it was there: whoever put it there may have been killed before this.
            sync_directory(self._place.new)
            self._temporary.unlink(missing_ok=True)
            return is_new

    def abort(self) -> None:
        """Remove what was written."""
        with self._lock:
            self._close()
            self._temporary.unlink(missing_ok=True)

    def _link(self, target: Path) -> bool:
        try:
            target.hardlink_to(self._temporary)
        except FileExistsError:
            return False
        return True

    def _leave_one(self, name: str) -> int | None:
        """Remove all copies but one, and give its inode; None when its user has removed it already.

        Whoever looks must come to the same one, since both deliverers may be looking at this moment: one that a mail
        client has taken out of `new`, else, and among several of those, the one with the lowest inode.
        """
        fresh = self._place.new / name
        while copies := self._copies():
            stays, *others = sorted(copies, key=lambda inode: (copies[inode] == fresh, inode))
            try:
                for other in others:
                    copies[other].unlink()
            except FileNotFoundError:
                # Renamed since we looked: look again.
                continue
            return stays
        return None

    def _copies(self) -> dict[int, Path]:
        """Give the copies there are, by inode: one that is being moved shows in two places."""
        copies: dict[int, Path] = {}
        for copy in find_delivery(self._place.mailbox, self._key):
            with suppress(FileNotFoundError):
                copies[copy.stat().st_ino] = copy
        return copies

    def _open_fd(self) -> int:
        if self._fd is None:
            raise ValueError("the message has been finished or aborted")
        return self._fd

    def _close(self) -> None:
        if self._fd is not None:
            fd, self._fd = self._fd, None
            os.close(fd)
