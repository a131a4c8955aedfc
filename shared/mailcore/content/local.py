"""The content store on a local or shared file system.

`<directory>/<first two digits of the key>/<key>`, and `<directory>/tmp/<key>` while it is written. Files are 0600,
directories 0700, both synced before `commit` returns. Keys are random UUIDs in hexadecimal, checked before they
become a path, so that no name from outside does. Every blocking call runs in a bounded pool of threads.
"""

import asyncio
import os
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import ParamSpec, TypeVar
from uuid import uuid4

from mailcore.content.directories import Directories
from mailcore.content.faults import fault_of
from mailcore.content.file import NewFile
from mailcore.errors import ContentMissing, Transient
from mailcore.mail.content import StoredContent

PIECE = 256 * 1024
"""Octets read or written at once."""
_THREADS = 8
_KEY = re.compile(r"[0-9a-f]{32}")
_SHARD = re.compile(r"[0-9a-f]{2}")

P = ParamSpec("P")
T = TypeVar("T")


class LocalContentStore:
    """A ContentStore over `directory`, which is made at first use."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._directories = Directories(directory)
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="content")

    async def create(self) -> "LocalContentWriter":
        """Begin new content under a new key."""
        key = uuid4().hex
        file = await self._acquire(partial(self._new_file, key), NewFile.abort)
        return LocalContentWriter(key, file, self._run)

    async def read(self, content: StoredContent, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """Give the octets from `start` to before `end` in pieces of at most 256 KiB.

        Raises ContentMissing when there is nothing under the key though the store itself is there, ContentAway
        otherwise.
        """
        stop = content.size if end is None else min(end, content.size)
        fd = await self._acquire(partial(self._open, content.key), os.close)
        try:
            at = start
            while at < stop:
                piece = await self._run(os.pread, fd, min(PIECE, stop - at), at)
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
        await self._run(self._path(key).unlink, missing_ok=True)

    async def keys(self) -> AsyncIterator[tuple[str, float]]:
        """Give every committed key with the time it was last written, shard by shard."""
        for shard in await self._run(self._shards):
            for found in await self._run(_files_in, shard):
                yield found

    async def remove_leftovers(self, before: float) -> int:
        """Remove what writers that were killed left under temporary names and last wrote before `before`."""
        return await self._run(self._remove_leftovers, before)

    async def check(self) -> None:
        """Return when content can be written now; raise ContentAway or StorageFull otherwise."""
        writer = await self.create()
        try:
            await writer.write(b"\0" * 4096)
            await writer.flush()
        finally:
            await writer.abort()

    def close(self) -> None:
        """Let the threads end."""
        self._threads.shutdown(wait=False)

    async def _run(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._threads, lambda: call(*args, **kwargs))
        except OSError as error:
            raise fault_of(error) from error

    async def _acquire(self, acquire: Callable[[], T], release: Callable[[T], None]) -> T:
        """Give what `acquire` gives; when the caller is cancelled meanwhile, `release` it once it is there."""
        future = asyncio.get_running_loop().run_in_executor(self._threads, acquire)
        try:
            return await asyncio.shield(future)
        except asyncio.CancelledError:
            future.add_done_callback(lambda late: None if late.exception() else release(late.result()))
            raise
        except OSError as error:
            raise fault_of(error) from error

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

    def __init__(self, key: str, file: NewFile, run: Callable[..., Awaitable[None]]) -> None:
        self._key = key
        self._file = file
        self._run = run
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
        await self._run(self._file.write, pending)

    async def commit(self) -> StoredContent:
        """Make it durable under its key, content and name alike."""
        await self.flush()
        await self._run(self._file.commit)
        return StoredContent(self._key, self._size)

    async def abort(self) -> None:
        """Remove what was written; what cannot be removed now is swept later."""
        self._pending.clear()
        with suppress(Transient):
            await self._run(self._file.abort)


def _files_in(directory: Path) -> list[tuple[str, float]]:
    found = []
    with os.scandir(directory) as entries:
        for entry in entries:
            if not _KEY.fullmatch(entry.name):
                continue
            with suppress(FileNotFoundError):
                found.append((entry.name, entry.stat().st_mtime))
    return found
