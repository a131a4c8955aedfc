"""The compose project under test: its own name, volumes and published ports, so that it disturbs no other."""

import json
import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.parts.ports import free_ports

ROOT = Path(__file__).parents[2]
PUBLISHED = ("SMTP", "SUBMISSION", "SUBMISSIONS", "ADMIN", "PUBLIC", "IMAP", "IMAPS", "POP3", "POP3S")
UP_SECONDS = 300


@dataclass
class Project:
    """`docker compose` for one project."""

    name: str = field(default_factory=lambda: f"hikyaku-test-{os.getpid()}")
    ports: dict[str, int] = field(default_factory=lambda: dict(zip(PUBLISHED, free_ports(len(PUBLISHED)), strict=True)))
    processors: int = 1
    described_by: tuple[str, ...] = ()
    """The compose files, where it is not the one alone."""
    addons: Path | None = None
    """The directory of the host with the programs of addons; None: the one of the checkout, which is empty."""

    def run(self, *arguments: str, seconds: float = 120, text: str | None = None) -> str:
        """Run `docker compose` and give what it printed; raise AssertionError with its errors when it fails."""
        named = [part for file in self.described_by for part in ("--file", file)]
        done = subprocess.run(
            ["docker", "compose", *named, "--project-name", self.name, "--ansi", "never", *arguments],
            cwd=ROOT,
            env=self._environment(),
            input=text,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
        assert done.returncode == 0, f"docker compose {' '.join(arguments)}: {done.stderr[-4000:]}"
        return done.stdout

    def up(self, *arguments: str) -> None:
        """Start everything and return once every health check is content."""
        scale = f"--scale=processor={self.processors}"
        self.run("up", "--detach", "--wait", scale, *arguments, seconds=UP_SECONDS)

    def scale(self, processors: int) -> None:
        """Run this many processors, and leave everything else as it is."""
        self.processors = processors
        self.up("--no-recreate")

    def down(self) -> None:
        """Remove all containers; the volumes stay."""
        self.run("down")

    def remove(self) -> None:
        """Remove all that there is of it."""
        self.run("down", "--volumes", "--remove-orphans")

    def containers(self, service: str) -> list[str]:
        """Give the ids of the containers of a service, those that have ended too."""
        return self.run("ps", "--all", "--quiet", service).split()

    def inspect(self, service: str) -> dict[str, Any]:
        """Give what the engine knows of the first container of a service."""
        described: list[dict[str, Any]] = json.loads(_docker("inspect", self.containers(service)[0]))
        return described[0]

    def kill(self, container: str) -> None:
        """End a container at once, as a crash would (SIGKILL)."""
        _docker("kill", container)

    def start(self, container: str) -> None:
        """Start a container that has ended."""
        _docker("start", container)

    def logs(self, *services: str) -> str:
        """Give all that services have logged, without the names of their containers."""
        return self.run("logs", "--no-color", "--no-log-prefix", *services)

    def files(self, service: str, directory: str) -> bytes:
        """Give a tar archive of a directory as a container of the service sees it."""
        container = self.containers(service)[0]
        done = subprocess.run(["docker", "cp", f"{container}:{directory}", "-"], capture_output=True, check=True)
        return done.stdout

    def _environment(self) -> dict[str, str]:
        ours = {f"HIKYAKU_{name}_PORT": str(port) for name, port in self.ports.items()}
        ours |= {} if self.addons is None else {"HIKYAKU_ADDONS_DIR": str(self.addons)}
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("HIKYAKU_", "COMPOSE_"))}
        return kept | ours | {"HIKYAKU_HOSTNAME": "mail.example.com", "HIKYAKU_TAG": "test"} | _NO_DNS


_NO_DNS = {"HIKYAKU_DNS_SERVERS": "127.0.0.1:9"}
"""Nothing answers there, in any container: nobody asks the world about strangers' mail."""


def _docker(*arguments: str) -> str:
    return subprocess.run(["docker", *arguments], capture_output=True, text=True, check=True).stdout
