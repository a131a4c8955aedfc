"""The content store on a local or shared file system.

`<directory>/<first two digits of the key>/<key>`, and `<directory>/tmp/<key>` while it is written. Files are 0600,
directories 0700, both synced before `commit` returns. Keys are random UUIDs in hexadecimal, checked before they
become a path, so that no name from outside does. Every blocking call runs in a bounded pool of threads.
"""

import os
import re
from collections.abc import AsyncIterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from uuid import uuid4

from mailcore.content.directories import Directories
from mailcore.content.faults import fault_of
from mailcore.content.file import NewFile
from mailcore.content.threads import FileThreads
from mailcore.errors import ContentMissing, Transient
from mailcore.mail.content import StoredContent

PIECE = 256 * 1024
"""Octets read or written at once."""
_THREADS = 8
_KEY = re.compile(r"[0-9a-f]{32}")
_SHARD = re.compile(r"[0-9a-f]{2}")


class LocalContentStore:
    """A ContentStore over `directory`, which is made at first use."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._directories = Directories(directory)
        self._threads = FileThreads(_THREADS, "content", fault_of)

    async def create(self) -> "LocalContentWriter":
        """Begin new content under a new key."""
        key = uuid4().hex
        file = await self._threads.acquire(partial(self._new_file, key), NewFile.abort)
        return LocalContentWriter(key, file, self._threads)

    async def read(self, content: StoredContent, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """Give the octets from `start` to before `end` in pieces of at most 256 KiB.

        Raises ContentMissing when there is nothing under the key though the store itself is there, ContentAway
        otherwise.
        """
        stop = content.size if end is None else min(end, content.size)
        fd = await self._threads.acquire(partial(self._open, content.key), os.close)
        try:
            at = start
            while at < stop:
                piece = await self._threads.run(os.pread, fd, min(PIECE, stop - at), at)
                if not piece:
                    raise ContentMissing(f"content {content.key} ends at {at} of {content.size} octets")
                yield piece
                at += len(piece)
        finally:
            # Not in a thread: a generator that is closed early must not wait here, and closing a file that was only
            # read does not block.
            os.close(fd)

    async def remove(self, key: str) -> None:
        """Remove content; it is no error when it is gone already."""
        await self._threads.run(self._path(key).unlink, missing_ok=True)

    async def keys(self) -> AsyncIterator[tuple[str, float]]:
        """Give every committed key with the time it was last written, shard by shard."""
        for shard in await self._threads.run(self._shards):
            for found in await self._threads.run(_files_in, shard):
                yield found

    async def remove_leftovers(self, before: float) -> int:
        """Remove what writers that were killed left under temporary names and last wrote before `before`."""
        return await self._threads.run(self._remove_leftovers, before)

    async def check(self) -> None:
        """Return when content can be read now; raise ContentAway otherwise."""
        await self._threads.run(os.stat, self._directory / "tmp")

    def close(self) -> None:
        """Let the threads end."""
        self._threads.close()

    def _new_file(self, key: str) -> NewFile:
        temporary = self._directory / "tmp"
        self._directories.ensure(temporary)
        return NewFile(temporary / key, self._directory / key[:2], key, self._directories)

    def _open(self, key: str) -> int:
        try:
            return os.open(self._path(key), os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            if not (self._directory / "tmp").is_dir():
                raise
            raise ContentMissing(f"there is no content {key}") from None

    def _path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise ContentMissing(f"{key!r} is no key of content")
        return self._directory / key[:2] / key

    def _shards(self) -> list[Path]:
        if not self._directory.is_dir():
            return []
        return sorted(shard for shard in self._directory.iterdir() if _SHARD.fullmatch(shard.name))

    def _remove_leftovers(self, before: float) -> int:
        temporary = self._directory / "tmp"
        old = [key for key, at in _files_in(temporary) if at < before] if temporary.is_dir() else []
        for key in old:
            (temporary / key).unlink(missing_ok=True)
        return len(old)


class LocalContentWriter:
    """Content on its way into the store, handed to the disk in pieces of 256 KiB."""

    def __init__(self, key: str, file: NewFile, threads: FileThreads) -> None:
        self._key = key
        self._file = file
        self._threads = threads
        self._pending = bytearray()
        self._size = 0

    async def write(self, octets: bytes) -> None:
        """Append."""
        self._pending += octets
        self._size += len(octets)
        if len(self._pending) >= PIECE:
            await self.flush()

    async def flush(self) -> None:
        """Hand what is pending to the disk."""
        pending, self._pending = self._pending, bytearray()
        await self._threads.run(self._file.write, pending)

    async def commit(self) -> StoredContent:
        """Make it durable under its key, content and name alike."""
        await self.flush()
        await self._threads.run(self._file.commit)
        return StoredContent(self._key, self._size)

    async def abort(self) -> None:
        """Remove what was written; what cannot be removed now is swept later."""
        self._pending.clear()
        with suppress(Transient):
            await self._threads.run(self._file.abort)


def _files_in(directory: Path) -> list[tuple[str, float]]:
    found = []
    with os.scandir(directory) as entries:
        for entry in entries:
            if not _KEY.fullmatch(entry.name):
                continue
            with suppress(FileNotFoundError):
                found.append((entry.name, entry.stat().st_mtime))
    return found
