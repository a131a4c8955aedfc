"""What every part can do: start, stop, crash and come back on the same port with the same data."""

import asyncio
import shutil
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol, Self, TypeVar

Result = TypeVar("Result")


class Runner(Protocol):
    """A process or a container."""

    def launch(self) -> None:
        """Start it."""

    def stop(self, grace: float) -> None:
        """Ask it to end, and kill it after `grace` seconds."""

    def kill(self) -> None:
        """End it with SIGKILL."""

    def freeze(self) -> None:
        """Stop it from running."""

    def thaw(self) -> None:
        """Let it run again."""

    @property
    def running(self) -> bool:
        """Whether it has not ended."""

    @property
    def pid(self) -> int:
        """The process id of the last launch."""

    def log(self) -> str:
        """Give the end of what it said."""


class Server(ABC):
    """A private server. `with` starts it and removes everything afterwards.

    Each method has a twin in `asynchronously`: `await server.asynchronously(server.restart)`.
    """

    _START_SECONDS = 90.0
    _STOP_SECONDS = 30.0

    def __init__(self) -> None:
        self.directory = Path(tempfile.mkdtemp(prefix="hikyaku-part-"))
        self.directory.chmod(0o711)
        # One thread does all that is done to processes: Linux ends a child with the thread that made it.
        self._hands = ThreadPoolExecutor(1, thread_name_prefix=type(self).__name__)
        self.runner: Runner

    @property
    @abstractmethod
    def url(self) -> str:
        """How a client reaches it."""

    @abstractmethod
    def answers(self) -> bool:
        """Whether it takes clients now."""

    def start(self) -> None:
        """Start it and return when it takes clients. Raises RuntimeError with its log when it does not."""
        self._hands.submit(self._start).result()

    def stop(self) -> None:
        """Stop it in order."""
        self._hands.submit(self._stop).result()

    def kill(self) -> None:
        """Crash it: SIGKILL."""
        self._hands.submit(self._kill).result()

    def restart(self) -> None:
        """Stop it in order and start it again."""
        self.stop()
        self.start()

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Keep it from running inside the block: connections stay open and nothing answers."""
        self.runner.freeze()
        try:
            yield
        finally:
            self.runner.thaw()

    async def asynchronously(self, action: Callable[[], Result]) -> Result:
        """Do `action`, a method of this server, while the event loop goes on."""
        return await asyncio.get_running_loop().run_in_executor(None, action)

    @property
    def running(self) -> bool:
        """Whether its process is there."""
        return self.runner.running

    def close(self) -> None:
        """End it and remove its data."""
        self._hands.submit(self._discard).result()
        self._hands.shutdown()
        shutil.rmtree(self.directory, ignore_errors=True)

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _start(self) -> None:
        deadline = time.monotonic() + self._START_SECONDS
        if not self.runner.running:
            self._launch()
        while not self.answers():
            if time.monotonic() > deadline or not self.runner.running:
                raise RuntimeError(f"{type(self).__name__} did not start:\n{self.runner.log()}")
            time.sleep(0.05)

    def _launch(self) -> None:
        self.runner.launch()

    def _stop(self) -> None:
        self.runner.stop(self._STOP_SECONDS)

    def _kill(self) -> None:
        self.runner.kill()

    def _discard(self) -> None:
        self.runner.kill()
