"""A server in a Docker container, for machines that have Docker and not the server's own programs."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_OWNER = "hikyaku.tests.owner"


def docker_answers() -> bool:
    """Whether a Docker engine can be used from here."""
    try:
        return subprocess.run(["docker", "info"], capture_output=True, check=False, timeout=20).returncode == 0
    except (FileNotFoundError, subprocess.TimeoutExpired):
        return False


def remove_orphans() -> None:
    """Remove the containers of earlier test sessions that ended without doing so."""
    listing = _docker("ps", "-a", "--filter", f"label={_OWNER}", "--format", f'{{{{.ID}}}} {{{{.Label "{_OWNER}"}}}}')
    for line in listing.splitlines():
        identity, owner = line.split()
        if not Path(f"/proc/{owner}").exists():
            _docker("rm", "-f", "-v", identity)


@dataclass
class Container:
    """An image that can be launched, stopped and killed again and again; what it wrote stays in between."""

    image: str
    port: int
    """Its port inside the container."""
    host_port: int
    environment: Mapping[str, str]
    arguments: Sequence[str] = ()
    _identity: str | None = field(default=None, init=False, repr=False)

    def launch(self) -> None:
        """Start it and return once Docker has; pulls the image when it is not there."""
        if self._identity is not None:
            _docker("start", self._identity)
            return
        remove_orphans()
        variables = [part for name, value in self.environment.items() for part in ("-e", f"{name}={value}")]
        publish = f"127.0.0.1:{self.host_port}:{self.port}"
        label = f"{_OWNER}={os.getpid()}"
        # A fixed host name: RabbitMQ keeps its data under it.
        command = ["run", "-d", "--hostname", "part", "--label", label, "-p", publish, *variables]
        self._identity = _docker(*command, self.image, *self.arguments).strip()

    def stop(self, grace: float) -> None:
        """Ask it to end, and kill it when it has not within `grace` seconds."""
        if self._identity is not None:
            _docker("stop", "-t", str(int(grace)), self._identity)

    def kill(self) -> None:
        """End it with SIGKILL, as a crash would."""
        if self.running:
            _docker("kill", self.identity)

    def freeze(self) -> None:
        """Stop all of it from running, as a machine that hangs would."""
        _docker("pause", self.identity)

    def thaw(self) -> None:
        """Let it run again."""
        _docker("unpause", self.identity)

    @property
    def running(self) -> bool:
        """Whether it has been launched and has not ended."""
        if self._identity is None:
            return False
        return _docker("inspect", "-f", "{{.State.Running}}", self._identity).strip() == "true"

    @property
    def identity(self) -> str:
        """Docker's name for it."""
        if self._identity is None:
            raise RuntimeError(f"{self.image} was never launched")
        return self._identity

    @property
    def pid(self) -> int:
        """The process id of its first process, as the host sees it."""
        return int(_docker("inspect", "-f", "{{.State.Pid}}", self.identity))

    def execute(self, *command: str) -> str:
        """Run `command` inside it and give what it printed."""
        return _docker("exec", self.identity, *command)

    def log(self) -> str:
        """Give the end of what it said."""
        return _docker("logs", "--tail", "50", self.identity) if self._identity is not None else ""

    def remove(self) -> None:
        """Remove it and everything it wrote."""
        if self._identity is not None:
            _docker("rm", "-f", "-v", self._identity)
            self._identity = None


def _docker(*arguments: str) -> str:
    """Run one docker command. Raises RuntimeError with what it said when it failed."""
    result = subprocess.run(["docker", *arguments], capture_output=True, text=True, check=False, timeout=600)
    if result.returncode != 0:
        raise RuntimeError(f"docker {' '.join(arguments)}: {result.stderr.strip()}")
    return result.stdout
