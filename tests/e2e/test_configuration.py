"""A wrong environment is one line on standard error that names the variable and what is allowed, and exit code 2."""

import os
import re
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from tests.e2e.forms import Form, standalone

pytestmark = pytest.mark.e2e


def run(module: str, directory: Path, **variables: str) -> tuple[int, str]:
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(directory / "data"), **variables}
    for name in ("SMTP_PORT", "SUBMISSION_PORT", "SUBMISSIONS_PORT", "ADMIN_PORT", "PUBLIC_PORT", "HEALTH_PORT"):
        environment.setdefault(name, "0")
    result = subprocess.run(
        [sys.executable, "-m", module], env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    errors = [line for line in result.stderr.splitlines() if line.startswith("configuration error: ")]
    return result.returncode, "\n".join(errors)


@pytest.mark.parametrize("module", ["standalone", "ingress", "processor", "admin_api"])
def test_a_wrong_value_stops_every_service(module: str, tmp_path: Path) -> None:
    code, error = run(module, tmp_path, LOG_FORMAT="xml")
    assert code == 2
    assert re.fullmatch(r"configuration error: LOG_FORMAT: .*'console' or 'json'", error)


@pytest.mark.parametrize("module", ["ingress", "processor", "admin_api"])
def test_services_apart_need_database_and_broker(module: str, tmp_path: Path) -> None:
    code, error = run(module, tmp_path)
    assert code == 2
    assert error.startswith(
        "configuration error: DATABASE_URL (postgresql://...) and AMQP_URL (amqp://...) must be set"
    )


def test_the_standalone_form_is_one_process(tmp_path: Path) -> None:
    code, error = run("standalone", tmp_path, INGRESS_PROCESSES="2")
    assert (code, "INGRESS_PROCESSES" in error) == (2, True)


@pytest.mark.parametrize("variable", ["SMTP_PORT", "SUBMISSION_PORT", "SUBMISSIONS_PORT", "ADMIN_PORT", "PUBLIC_PORT"])
def test_a_taken_port_is_named_by_its_variable(variable: str, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        code, error = run("standalone", tmp_path, **{variable: str(taken.getsockname()[1])})
    assert code == 2
    assert error.startswith(f"configuration error: {variable}: ")


def test_a_data_directory_in_use_is_refused(tmp_path: Path) -> None:
    with standalone(tmp_path) as form:
        code, error = run("standalone", tmp_path)
        assert code == 2
        pid = form.services["standalone"].pid
        assert f"is in use by process {pid};" in error


def test_nobody_else_may_read_what_is_kept(standalone_form: Form) -> None:
    standalone_form.make_accounts("alice@example.com")
    standalone_form.send("bob@example.org", ["alice@example.com"], b"Subject: private\r\n\r\n")
    standalone_form.wait_for_messages("alice@example.com")
    kept = [standalone_form.data_dir, *standalone_form.data_dir.rglob("*")]
    assert [path for path in kept if stat.S_IMODE(path.stat().st_mode) & 0o077] == []
