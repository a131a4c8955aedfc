"""One worker process, kept running by the supervisor: started, started again when it dies, asked to stop.

Each is a fresh interpreter, since a fork would inherit the state of threads and libraries it does not have.
"""

import asyncio
import contextlib
import signal
import socket
import sys
from collections.abc import Callable, Mapping

import structlog

from ingress.inheritance import Inheritance, until_ready
from mailcore.errors import ConfigurationError
from mailcore.lifecycle import EXIT_CONFIGURATION

FIRST_DELAY = 0.5
MOST_DELAY = 30.0
STEADY_SECONDS = 60.0
"""A worker that lived this long died of something new: the delay starts over."""

log = structlog.get_logger(__name__)


def next_delay(delay: float, lived: float) -> float:
    """Give the seconds to wait before the next start of a worker that `lived` so long after waiting `delay`."""
    return FIRST_DELAY if lived >= STEADY_SECONDS else min(max(delay * 2, FIRST_DELAY), MOST_DELAY)


class Child:
    """A place among the workers, filled by one process after the other."""

    def __init__(
        self,
        number: int,
        sockets: Mapping[str, socket.socket],
        variables: Mapping[str, str],
        on_death: Callable[[int], None],
    ) -> None:
        """`variables`: the worker's environment; `on_death` is told each dead worker's process id."""
        self.number = number
        self.is_ready = False
        """Whether it serves sessions now."""
        self.first_ready = asyncio.Event()
        """Set once it has served sessions."""
        self._sockets = sockets
        self._variables = variables
        self._on_death = on_death
        self._process: asyncio.subprocess.Process | None = None
        self._stopping = asyncio.Event()

    async def keep_running(self) -> None:
        """Run a worker, and another when it dies, until `terminate` or `kill`.

        Raises ConfigurationError when a worker says that it cannot start as configured: another would say the same.
        """
        loop = asyncio.get_running_loop()
        delay = 0.0
        while not self._stopping.is_set():
            started = loop.time()
            status = await self._run_one()
            if self._stopping.is_set():
                return
            if status == EXIT_CONFIGURATION:
                raise ConfigurationError("a worker could not start, the line above says why")
            delay = next_delay(delay, loop.time() - started)
            log.error("worker died, starting another", worker=self.number, status=status, in_seconds=delay)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), delay)

    def terminate(self) -> None:
        """Ask the worker to finish what it has begun; no other is started."""
        self._stopping.set()
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """End the worker at once, if it has not ended."""
        self._stopping.set()
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(number)

    async def _run_one(self) -> int:
        ours, theirs = socket.socketpair()
        ours.settimeout(0)
        with ours:
            with theirs:
                self._process = process = await self._start(Inheritance(self._sockets, theirs))
            log.info("worker started", worker=self.number, pid=process.pid)
            if self._stopping.is_set():
                self._signal(signal.SIGTERM)
            self.is_ready = await until_ready(ours)
            if self.is_ready:
                self.first_ready.set()
            status = await process.wait()
            self.is_ready = False
        self._on_death(process.pid)
        return status

    async def _start(self, inheritance: Inheritance) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "ingress.worker",
            env={**self._variables, **inheritance.variables},
            pass_fds=inheritance.descriptors,
            # A terminal's interrupt reaches the supervisor alone, which then asks the workers to stop.
            start_new_session=True,
        )
