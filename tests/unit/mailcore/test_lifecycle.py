"""Each case is a process of its own, since exit codes and signals are what it is about."""

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import asyncio, sys
from mailcore.errors import ConfigurationError
from mailcore.lifecycle import StoppedEarly, run

async def main(stop):
    {body}

sys.exit(run(main))
"""


def start(body: str, cwd: Path | None = None) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM.format(body=body)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=cwd,
    )


def ends(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=20)
    return process.returncode, out, err


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def test_a_service_that_returns_ends_well() -> None:
    assert ends(start("pass")) == (0, "", "")


def test_it_runs_on_uvloop() -> None:
    assert ends(start("print(type(asyncio.get_running_loop()).__module__)")) == (0, "uvloop\n", "")


def test_a_configuration_error_is_one_line_and_exit_code_2() -> None:
    code, _, err = ends(start("raise ConfigurationError('SMTP_PORT: no')"))
    assert (code, err) == (2, "configuration error: SMTP_PORT: no\n")


def test_a_failure_is_logged_with_its_traceback_and_exit_code_1() -> None:
    code, out, err = ends(start("raise KeyError('x')"))
    assert code == 1
    assert "the service failed" in out + err
    assert "KeyError" in out + err


def test_being_stopped_before_it_began_is_no_failure() -> None:
    assert ends(start("raise StoppedEarly"))[0] == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_lets_it_finish(number: signal.Signals) -> None:
    process = start("print('ready', flush=True); await stop.wait(); print('finished', flush=True)")
    assert first_line(process) == "ready\n"
    process.send_signal(number)
    code, out, _ = ends(process)
    assert (code, out.splitlines()[-1]) == (0, "finished")


def test_the_same_request_twice_still_lets_it_finish() -> None:
    body = "print('ready', flush=True); await stop.wait(); await asyncio.sleep(0.5); print('finished', flush=True)"
    process = start(body)
    first_line(process)
    process.send_signal(signal.SIGTERM)
    process.send_signal(signal.SIGINT)
    code, out, _ = ends(process)
    assert (code, out.splitlines()[-1]) == (0, "finished")


def test_asked_again_later_it_ends_at_once() -> None:
    body = (
        "print('ready', flush=True); await stop.wait(); await asyncio.sleep(2.2); "
        "print('late', flush=True); await asyncio.sleep(60)"
    )
    process = start(body)
    first_line(process)
    process.send_signal(signal.SIGTERM)
    while first_line(process) != "late\n":
        pass
    process.send_signal(signal.SIGTERM)
    assert ends(process)[0] == 130


def test_what_it_writes_is_for_its_user_alone(tmp_path: Path) -> None:
    before = os.umask(0o022)
    os.umask(before)
    assert ends(start("open('file', 'w').close()", cwd=tmp_path))[0] == 0
    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == 0o600
