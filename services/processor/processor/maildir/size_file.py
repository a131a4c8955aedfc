"""The file `maildirsize` of a mailbox with a quota: how full it is, kept by everybody who changes the mailbox.

The format is Maildir++'s, as Dovecot reads and writes it: the limits, then one line `<octets> <messages>` with what
there was, then one for each change since. Whoever adds or removes a message appends a line; whoever finds that the file
cannot be right counts the mailbox and puts a new one in its place (`tally`). Two that know different limits would do
that to each other for ever, so the limits are those of the account, for Dovecot too.
"""

import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from mailcore.content.file import write_all
from mailcore.directory.account import Account
from mailcore.directory.usage import Usage

NAME = "maildirsize"
MOST_OCTETS = 5120
"""A file this long has had so many changes that the mailbox is counted anew."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a file says that can be right."""

    usage: Usage
    changes: int
    """Lines after the first two: what was reckoned, not counted."""
    written_at: float
    """When it was last written to, in seconds since the epoch."""


def first_line(account: Account) -> bytes:
    """Give the line that names the limits of an account; one that it does not have is left out."""
    limits = ((account.quota_bytes, "S"), (account.quota_messages, "C"))
    return ",".join(f"{limit}{unit}" for limit, unit in limits if limit is not None).encode() + b"\n"


def read(mailbox: Path, limits: bytes) -> Recorded | None:
    """Read the file; None when there is none or it must be made anew: other limits, too long, damaged.

    A last line without its end is being written by somebody, and does not count yet. Raises OSError.
    """
    try:
        with (mailbox / NAME).open("rb") as file:
            octets = file.read(MOST_OCTETS)
            written_at = os.fstat(file.fileno()).st_mtime
    except FileNotFoundError:
        return None
    first, *rest = octets.splitlines(keepends=True) or [b""]
    if len(octets) >= MOST_OCTETS or first != limits:
        return None
    usage = _sum(line for line in rest if line.endswith(b"\n"))
    return None if usage is None or not rest else Recorded(usage, len(rest) - 1, written_at)


def _sum(lines: Iterable[bytes]) -> Usage | None:
    octets = messages = 0
    for line in lines:
        try:
            more_octets, more_messages = map(int, line.split())
        except ValueError:
            return None
        octets += more_octets
        messages += more_messages
    return Usage(octets, messages) if octets >= 0 and messages >= 0 else None


def append(mailbox: Path, octets: int, messages: int) -> None:
    """Add a change to the file, if there is one: without it, whoever needs one counts. Raises OSError."""
    with suppress(FileNotFoundError):
        fd = os.open(mailbox / NAME, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
        try:
            write_all(fd, f"{octets} {messages}\n".encode())
        finally:
            os.close(fd)


def write(mailbox: Path, limits: bytes, usage: Usage) -> None:
    """Put a new file in the place of any other. Raises OSError."""
    temporary = mailbox / "tmp" / f"{NAME}.{uuid4().hex}.hikyaku"
    fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        write_all(fd, limits + f"{usage.octets} {usage.messages}\n".encode())
        temporary.rename(mailbox / NAME)
    except OSError:
        with suppress(OSError):
            temporary.unlink()
        raise
    finally:
        os.close(fd)


def remove(mailbox: Path) -> None:
    """Remove the file, if there is one. Raises OSError."""
    with suppress(FileNotFoundError):
        (mailbox / NAME).unlink()
