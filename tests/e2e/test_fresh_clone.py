"""What a newcomer does: a fresh clone, `make run`, and nothing else."""

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.e2e.service import wait_until
from tests.parts.ports import free_ports

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[2]
PORTS = ("SMTP_PORT", "SUBMISSION_PORT", "SUBMISSIONS_PORT", "ADMIN_PORT", "PUBLIC_PORT", "HEALTH_PORT")
INSTALL_SECONDS = 240
READY_SECONDS = 15
"""Without the install, which is the network's matter."""


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Give the files that are tracked, as they are now."""
    target = tmp_path / "clone"
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True).stdout
    for name in listed.decode().split("\0"):
        if name and (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            (target / name).write_bytes((ROOT / name).read_bytes())
    return target


def environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in {"VENV", "MAKEFLAGS", "MAKELEVEL"}}
    for name in ("DATABASE_URL", "AMQP_URL", "DATA_DIR", "ADMIN_TOKEN", "PYTHONPATH", "VIRTUAL_ENV"):
        kept.pop(name, None)
    return kept | dict(zip(PORTS, map(str, free_ports(len(PORTS))), strict=True)) | {"PYTHON": sys.executable}


def run_until_ready(clone: Path, seconds: float) -> float:
    """Type `make run`, wait for its line, stop it; give the seconds that took."""
    log = clone.parent / "run.log"
    began = time.monotonic()
    with log.open("wb") as output:
        make = subprocess.Popen(["make", "run"], cwd=clone, env=environment(), stdout=output, stderr=output)
    try:
        wait_until(lambda: "ready smtp=" in log.read_text() or make.poll() is not None, seconds, what="ready")
        took = time.monotonic() - began
        assert make.poll() is None, log.read_text()
        make.send_signal(signal.SIGTERM)
        make.wait(40)
    finally:
        make.kill()
    assert "Traceback" not in log.read_text()
    return took


def test_make_run_installs_and_gets_ready_and_the_second_time_at_once(clone: Path) -> None:
    run_until_ready(clone, INSTALL_SECONDS)
    assert stat.S_IMODE((clone / "data").stat().st_mode) == 0o700
    assert run_until_ready(clone, INSTALL_SECONDS) < READY_SECONDS
