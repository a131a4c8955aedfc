"""A directory of one run: the message goes in, the answer comes out, and nothing of it stays."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import BinaryIO

from mailcore.content.interface import ContentStore
from mailcore.mail.content import InlineContent
from processor.addons.addon_run import AddonRun


class Spool:
    """The files of a run."""

    def __init__(self, directory: Path) -> None:
        self.message = directory / "message"
        """The message as the addon gets it, CRLF-ended."""
        self.output = directory / "output"
        """What it answers."""
        self.errors = directory / "errors"
        """What it says beside."""
        self.work = directory / "work"
        """Where a program may leave what it likes."""
        self.work.mkdir(mode=0o700)


@asynccontextmanager
async def spooled(run: AddonRun, body_start: int, content: ContentStore) -> AsyncIterator[Spool]:
    """Give the message as it is now in a spool; `body_start`: where in its content the rest below the header begins.

    Raises OSError, and what reading the content raises.
    """
    directory = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="hikyaku-addon-"))
    try:
        spool = Spool(directory)
        with spool.message.open("wb") as file:
            await _write(file, run, body_start, content)
        yield spool
    finally:
        await asyncio.shield(asyncio.to_thread(shutil.rmtree, directory, ignore_errors=True))


async def _write(file: BinaryIO, run: AddonRun, body_start: int, content: ContentStore) -> None:
    incoming = run.incoming
    head = incoming.trace_fields + run.header
    if isinstance(incoming.content, InlineContent):
        await asyncio.to_thread(file.write, head + incoming.content.octets[body_start:])
        return
    await asyncio.to_thread(file.write, head)
    async for piece in content.read(incoming.content, body_start):
        await asyncio.to_thread(file.write, piece)
