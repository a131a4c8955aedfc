"""What Dovecot and its users do to mailboxes while mail comes in: files leave `new`, get flags, change folders."""

import asyncio
import random
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

_PAUSE_SECONDS = 0.05
_NEVER_OPENED = 0.3
"""How often it looks into a mailbox and leaves it as it is."""


class MailClient:
    """Reads the mail of some mailboxes, by renaming as Dovecot does."""

    def __init__(self, mailboxes: Iterable[Path], rng: random.Random) -> None:
        self._mailboxes = list(mailboxes)
        self._rng = rng
        self.moves = 0
        """How many files it has renamed."""

    async def run(self, stop: asyncio.Event) -> None:
        """Go on until `stop` is set."""
        while not stop.is_set():
            self._visit(self._rng.choice(self._mailboxes))
            await asyncio.sleep(_PAUSE_SECONDS)

    def _visit(self, mailbox: Path) -> None:
        if not (mailbox / "cur").is_dir() or self._rng.random() < _NEVER_OPENED:
            return
        for file in (mailbox / "new").iterdir():
            # Dovecot takes in all that is new when it opens a folder.
            self._move(file, mailbox / "cur" / f"{file.name}:2,{self._rng.choice(['', 'S', 'RS'])}")
        read = list((mailbox / "cur").iterdir())
        if read:
            file = self._rng.choice(read)
            name, _, _ = file.name.partition(":2,")
            if self._rng.random() < 0.5:
                self._move(file, file.with_name(f"{name}:2,FS"))
            else:
                self._move(file, archive_of(mailbox) / "cur" / f"{name}:2,S")

    def _move(self, file: Path, target: Path) -> None:
        # A delivery that lost against another one may have removed it.
        with suppress(FileNotFoundError):
            file.rename(target)
            self.moves += 1


def archive_of(mailbox: Path) -> Path:
    """Give a subfolder, made when it is missing (Maildir++)."""
    folder = mailbox / ".Archive"
    for name in ("new", "cur", "tmp"):
        (folder / name).mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / "maildirfolder").touch(mode=0o600)
    return folder
