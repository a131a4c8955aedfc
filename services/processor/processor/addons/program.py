"""Runs an addon's program: without a shell, within limits, and never longer than it may.

Message and answer are files, so that a program that reads nothing, writes too much or leaves children behind holds up
nobody: what it writes is bounded by the kernel, and whatever it started ends with it.
"""

import asyncio
import math
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from processor.addons import launcher
from processor.addons.response import AddonFailed, Response
from processor.addons.spool import Spool

_PATH = "/usr/local/bin:/usr/bin:/bin"
_MOST_SAID = 500
_CANNOT_RUN = 127


@dataclass(frozen=True, slots=True)
class ProgramLimits:
    """What a program may use."""

    memory: int
    """Octets of address space."""
    output: int
    """Octets of each file that it writes, its answer among them."""
    seconds: int
    """Of time; of CPU, too. 0: no limit."""


async def run_program(
    command: Sequence[str], facts: Mapping[str, str], spool: Spool, limits: ProgramLimits
) -> Response:
    """Run `command`, the path of a program and its arguments, and give its answer. Raises AddonFailed and OSError."""
    with spool.message.open("rb") as message, spool.output.open("wb") as output, spool.errors.open("wb") as errors:
        process = await asyncio.create_subprocess_exec(
            *_launched(command, limits),
            stdin=message,
            stdout=output,
            stderr=errors,
            cwd=spool.work,
            env=_environment(facts, spool),
            start_new_session=True,
        )
    try:
        async with asyncio.timeout(limits.seconds or None):
            code = await process.wait()
    except TimeoutError:
        raise AddonFailed(f"it did not end within {limits.seconds} s, and was killed") from None
    finally:
        await _end(process)
    said = await asyncio.to_thread(_said, spool.errors)
    if code < 0:
        raise AddonFailed(_death(-code, said, limits))
    if spool.output.stat().st_size >= limits.output:
        raise AddonFailed(_too_much(limits))
    if code == _CANNOT_RUN:
        raise AddonFailed(said or "it cannot be run")
    return Response(code, spool.output, said)


def _launched(command: Sequence[str], limits: ProgramLimits) -> list[str]:
    # An alarm a little later than ours, for the case that nobody is left to kill it.
    seconds = limits.seconds + math.ceil(limits.seconds / 10) + 5 if limits.seconds else 0
    numbers = (limits.memory, limits.output, limits.seconds, seconds)
    return [sys.executable, "-I", "-S", launcher.__file__, *map(str, numbers), *command]


def _environment(facts: Mapping[str, str], spool: Spool) -> dict[str, str]:
    """Give what the program knows: nothing of our own environment, which holds passwords."""
    return {"PATH": _PATH, "LANG": "C.UTF-8", "HOME": str(spool.work), "TMPDIR": str(spool.work), **facts}


async def _end(process: asyncio.subprocess.Process) -> None:
    """End the program with all that it started and that stayed in its process group."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    await asyncio.shield(process.wait())


def _said(path: Path) -> str:
    with path.open("rb") as file:
        return file.read(_MOST_SAID).decode("utf-8", "replace").strip()


def _too_much(limits: ProgramLimits) -> str:
    return f"it wrote more than {limits.output} octets"


def _death(number: int, said: str, limits: ProgramLimits) -> str:
    reasons: dict[int, str] = {
        signal.SIGXFSZ: _too_much(limits),
        signal.SIGXCPU: f"it used more than {limits.seconds} s of CPU",
    }
    names = {one.value: one.name for one in signal.Signals}
    why = reasons.get(number) or f"it died of {names.get(number, number)}"
    return f"{why}: {said}" if said else why
