"""The Docker engine that the tests run on: the one that answers, else one that a tool beside the checkout starts."""

import shutil
import subprocess
from pathlib import Path

STARTER = Path(__file__).parents[3] / "shared" / "tools" / "docker-offline"


def require_engine() -> None:
    """Return when an engine with compose answers; fail saying what is missing otherwise."""
    if not _answers() and STARTER.exists():
        started = subprocess.run([STARTER], capture_output=True, text=True, check=False)
        if started.returncode != 0:
            raise RuntimeError(f"no Docker engine answers, and {STARTER.name} could not start one:\n{started.stderr}")
    if not _answers():
        raise RuntimeError("these tests need a Docker engine with `docker compose`, and none answers")


def _answers() -> bool:
    if shutil.which("docker") is None:
        return False
    questions = (["docker", "info"], ["docker", "compose", "version"])
    return all(subprocess.run(each, capture_output=True, check=False).returncode == 0 for each in questions)
