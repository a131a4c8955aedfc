"""A child process that never outlives this one, however this one ends."""

import os
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Process:
    """A command that can be launched, stopped and killed again and again.

    `launch` must be called from a thread that lives as long as the process should: Linux ties the child's
    life to the thread that made it.
    """

    command: Sequence[str]
    environment: Mapping[str, str]
    directory: Path
    """Its working directory, and where its output goes, as `output.log`."""
    user: str | None = None
    """Whom it runs as; None: as we do."""
    stop_signal: signal.Signals = signal.SIGTERM
    death_signal: signal.Signals = signal.SIGKILL
    """What it gets when we die without stopping it."""
    _child: subprocess.Popen[bytes] | None = field(default=None, init=False, repr=False)

    def launch(self) -> None:
        """Start it and return at once."""
        with (self.directory / "output.log").open("ab") as output:
            self._child = subprocess.Popen(
                [*self._guard(), *self.command],
                cwd=self.directory,
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def stop(self, grace: float) -> None:
        """Ask it to end, and kill it when it has not within `grace` seconds."""
        if self._child is None:
            return
        self._child.send_signal(self.stop_signal)
        try:
            self._child.wait(grace)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End it with SIGKILL, as a crash would."""
        if self._child is not None:
            self._child.kill()
            self._child.wait()

    def freeze(self) -> None:
        """Stop it and all that it started from running, as a machine that hangs would."""
        for pid in _family(self.pid):
            os.kill(pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let them run again."""
        for pid in _family(self.pid):
            os.kill(pid, signal.SIGCONT)

    @property
    def running(self) -> bool:
        """Whether it has been launched and has not ended."""
        return self._child is not None and self._child.poll() is None

    @property
    def pid(self) -> int:
        """The process id of the last launch."""
        if self._child is None:
            raise RuntimeError(f"{self.command[0]} was never launched")
        return self._child.pid

    def log(self) -> str:
        """Give the end of what it said."""
        path = self.directory / "output.log"
        return path.read_text(errors="replace")[-4000:] if path.exists() else ""

    def _guard(self) -> list[str]:
        setpriv = shutil.which("setpriv")
        if setpriv is None:
            return [] if self.user is None else ["runuser", "-u", self.user, "--"]
        identity = [] if self.user is None else [f"--reuid={self.user}", f"--regid={self.user}", "--init-groups"]
        return [setpriv, f"--pdeathsig={self.death_signal.name.removeprefix('SIG')}", *identity, "--"]


def _family(pid: int) -> list[int]:
    """Give `pid` and its descendants (proc(5), `task/*/children`)."""
    children = [
        int(child) for listing in Path(f"/proc/{pid}/task").glob("*/children") for child in listing.read_text().split()
    ]
    return [pid, *(member for child in children for member in _family(child))]
