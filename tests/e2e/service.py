"""One service of ours as an operating system process, to be started, stopped and killed at will."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

START_SECONDS = 60.0
STOP_SECONDS = 40.0

_KEPT = ("PATH", "HOME", "LANG", "TMPDIR")
"""What a service gets of our own environment: none of our settings."""


def wait_until(condition: Callable[[], bool], seconds: float, *, what: str) -> None:
    """Wait until `condition` holds; raise AssertionError naming `what` when it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds:g} s: {what}")
        time.sleep(0.02)


@dataclass
class Service:
    """A process running one of our modules, its output in a log file."""

    name: str
    module: str
    environment: Mapping[str, str]
    log_file: Path
    ready: Callable[["Service"], bool]
    """Whether it has begun, judged from outside."""
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    log_start: int = 0
    """Where in the log file the last launch began."""

    def launch(self) -> None:
        """Start it and return at once."""
        environment = {name: os.environ[name] for name in _KEPT if name in os.environ} | dict(self.environment)
        with self.log_file.open("ab") as output:
            self.log_start = output.tell()
            self.process = subprocess.Popen(
                [sys.executable, "-m", self.module],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=self.log_file.parent,
                start_new_session=True,
            )

    def wait_ready(self) -> None:
        """Return when it is ready; raise AssertionError with its log when it ends or takes too long."""
        deadline = time.monotonic() + START_SECONDS
        while not self.ready(self):
            if not self.running or time.monotonic() > deadline:
                raise AssertionError(f"{self.name} did not start:\n{self.log()}")
            time.sleep(0.02)

    def start(self) -> None:
        """Start it and return when it is ready."""
        self.launch()
        self.wait_ready()

    def terminate(self) -> int:
        """Ask it to stop (SIGTERM) and give its exit code."""
        if self.process is None:
            raise RuntimeError(f"{self.name} was never launched")
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(STOP_SECONDS)

    def kill(self) -> None:
        """End it and its children at once, as a crash would (SIGKILL)."""
        if self.process is None or self.process.poll() is not None:
            return
        for pid in [self.process.pid, *self.children]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()

    @property
    def running(self) -> bool:
        """Whether it has been launched and has not ended."""
        return self.process is not None and self.process.poll() is None

    @property
    def pid(self) -> int:
        """The id of its process; those of its children are `children`."""
        if self.process is None:
            raise RuntimeError(f"{self.name} was never launched")
        return self.process.pid

    @property
    def children(self) -> list[int]:
        """The ids of the processes that it started."""
        listed = Path(f"/proc/{self.pid}/task/{self.pid}/children")
        return [int(pid) for pid in listed.read_text().split()] if listed.exists() else []

    def said(self) -> str:
        """Give what it has said since its last launch."""
        if not self.log_file.exists():
            return ""
        return self.log_file.read_bytes()[self.log_start :].decode("utf-8", "replace")

    def log(self) -> str:
        """Give the end of what it ever said."""
        return self.log_file.read_text(errors="replace")[-8000:] if self.log_file.exists() else ""
