"""How a part is run: by the server's own programs when they are installed, else by Docker, else installed by apt-get.

TEST_PARTS=local or TEST_PARTS=docker decides it.
"""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.parts.container import docker_answers

_POLICY = Path("/usr/sbin/policy-rc.d")


def find_programs(package: str, find: Callable[[], Path | None]) -> Path | None:
    """Give the directory of the programs of Debian's `package`, as `find` tells it; None: to be run by Docker.

    Raises RuntimeError saying what is missing when there is neither.
    """
    wanted = os.environ.get("TEST_PARTS", "")
    if wanted not in {"", "local", "docker"}:
        raise RuntimeError("TEST_PARTS: local or docker")
    if wanted != "docker" and (found := find()) is not None:
        return found
    if wanted != "local" and docker_answers():
        return None
    if wanted != "docker" and os.geteuid() == 0 and shutil.which("apt-get"):
        _install(package)
        if (found := find()) is not None:
            return found
    raise RuntimeError(
        f"{package} is needed: its programs are not installed, no Docker engine answers, "
        "and apt-get as root could not install it"
    )


def find_or_install(find: Callable[[], Path | None], *packages: str) -> Path:
    """Give the directory of the programs of Debian's `packages`, for what has no image. Raises RuntimeError."""
    if (found := find()) is None and os.geteuid() == 0 and shutil.which("apt-get"):
        _install(*packages)
        found = find()
    if found is None:
        names = " with ".join(packages)
        raise RuntimeError(f"{names} is needed: it is not installed, and apt-get as root could not install it")
    return found


def _install(*packages: str) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with _no_services():
        for command in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
            subprocess.run(["apt-get", "-q", *command], env=environment, check=False, stdout=subprocess.DEVNULL)


@contextmanager
def _no_services() -> Iterator[None]:
    """Keep Debian from starting what it installs on its standard port."""
    ours = not _POLICY.exists()
    if ours:
        _POLICY.write_text("#!/bin/sh\nexit 101\n")
        _POLICY.chmod(0o755)
    try:
        yield
    finally:
        if ours:
            _POLICY.unlink()
