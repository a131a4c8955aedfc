"""Several processes on one port: killed ones come back and nobody is refused; a stop finishes what is open."""

import os
import re
import signal
import smtplib
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from tests.e2e.service import Service, wait_until
from tests.fakes.empty_dns import empty_dns
from tests.parts import PostgreSQL

from mailcore.db.database import Database
from mailcore.db.entity_store import EntityStore
from mailcore.db.kinds import AccountKind, DomainKind
from mailcore.db.migrate import migrate
from mailcore.directory.account import AccountFields
from mailcore.directory.domain import DomainFields
from mailcore.passwords import Passwords

pytestmark = pytest.mark.real

PROCESSES = 2


@pytest.fixture
async def variables(tmp_path: Path, postgres_database: str, rabbitmq_url: str) -> dict[str, str]:
    """Give the environment of an ingress whose database knows `ada@example.com`."""
    await migrate(postgres_database)
    database = await Database.open(postgres_database)
    passwords = Passwords()
    await EntityStore(database, DomainKind()).create(DomainFields(name="example.com"), "test")
    await EntityStore(database, AccountKind(passwords)).create(AccountFields(address="ada@example.com"), "test")
    passwords.close()
    await database.close()
    return {
        "DATABASE_URL": postgres_database,
        "AMQP_URL": rabbitmq_url,
        "DATA_DIR": str(tmp_path / "data"),
        "SMTP_PORT": "0",
        "SUBMISSION_PORT": "0",
        "SUBMISSIONS_PORT": "0",
        "HEALTH_PORT": "0",
        "HOSTNAME_FQDN": "mx.example.com",
        "DNS_SERVERS": empty_dns(),
        "INGRESS_PROCESSES": str(PROCESSES),
        "LOG_FORMAT": "json",
    }


@pytest.fixture
async def ingress(tmp_path: Path, variables: dict[str, str]) -> AsyncIterator[Service]:
    """Give a running ingress of two processes."""
    service = Service("ingress", "ingress", variables, tmp_path / "ingress.log", ready=lambda one: bool(ports(one)))
    service.start()
    yield service
    service.kill()


def ports(service: Service) -> dict[str, int]:
    """Give the ports by name, from the `ready` line."""
    line = re.search(r"^ready .*$", service.log_file.read_text(), re.MULTILINE)
    return {name: int(port) for name, port in re.findall(r"(\w+)=[\d.]+:(\d+)", line[0])} if line else {}


def workers(service: Service) -> list[int]:
    """Give the process ids of the workers that run."""
    assert service.process is not None
    listing = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(service.process.pid)], capture_output=True, text=True, check=False
    )
    return [int(pid) for pid in listing.stdout.split()]


def deliver(port: int) -> None:
    """Send a message; raises what smtplib raises."""
    with smtplib.SMTP("127.0.0.1", port, timeout=20) as client:
        client.sendmail("bob@example.org", ["ada@example.com"], b"Subject: a\r\n\r\nbody\r\n")


def metric(service: Service, name: str) -> float:
    """Give the value of a metric without labels, or the sum over its labels."""
    page = httpx.get(f"http://127.0.0.1:{ports(service)['health']}/metrics").text
    return sum(float(line.rpartition(" ")[2]) for line in page.splitlines() if re.match(rf"{name}[ {{]", line))


def test_a_killed_worker_is_replaced_and_nobody_is_refused(ingress: Service) -> None:
    port = ports(ingress)["smtp"]
    first = workers(ingress)
    assert len(first) == PROCESSES
    for _ in range(4):
        deliver(port)
    for pid in first:
        os.kill(pid, signal.SIGKILL)
    # With no worker at all connections wait in the accept queue.
    with socket.create_connection(("127.0.0.1", port), timeout=20) as waiting:
        wait_until(lambda: not _is_ready(ingress), 20, what="not ready without workers")
        assert waiting.recv(512).startswith(b"220 ")
    deliver(port)
    wait_until(lambda: len(workers(ingress)) == PROCESSES, 20, what="two workers again")
    assert not set(workers(ingress)) & set(first)
    assert httpx.get(f"http://127.0.0.1:{ports(ingress)['health']}/healthz").status_code == 200
    wait_until(lambda: _is_ready(ingress), 20, what="ready again")
    # What the dead counted stays counted; their open sessions do not.
    assert metric(ingress, "hikyaku_messages_accepted_total") == 5
    assert metric(ingress, "hikyaku_sessions") == 0


def test_sigterm_finishes_the_open_transaction_and_refuses_new_connections(ingress: Service) -> None:
    port = ports(ingress)["smtp"]
    client = smtplib.SMTP("127.0.0.1", port, timeout=20)
    client.ehlo()
    client.mail("bob@example.org")
    assert ingress.process is not None
    ingress.process.send_signal(signal.SIGTERM)

    def is_refused() -> bool:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except ConnectionRefusedError:
            return True
        return False

    wait_until(is_refused, 10, what="new connections are refused")
    assert client.rcpt("ada@example.com")[0] == 250
    assert client.data(b"Subject: a\r\n\r\nbody\r\n")[0] == 250
    assert client.getreply()[0] == 421
    client.close()
    assert ingress.process.wait(20) == 0


def test_workers_end_when_their_supervisor_is_killed(ingress: Service) -> None:
    pids = workers(ingress)
    assert ingress.process is not None
    ingress.process.kill()
    ingress.process.wait(5)
    wait_until(lambda: not any(_runs(pid) for pid in pids), 20, what="the workers have ended")


def _runs(pid: int) -> bool:
    try:
        # A zombie that nobody has waited for yet does not run.
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("missing", ["DATABASE_URL", "AMQP_URL", "both"])
def test_without_shared_parts_it_says_so_and_does_not_start(variables: dict[str, str], missing: str) -> None:
    gone = {"DATABASE_URL", "AMQP_URL"} if missing == "both" else {missing}
    ended = subprocess.run(
        [sys.executable, "-m", "ingress"],
        env={"PATH": os.environ["PATH"]} | {name: value for name, value in variables.items() if name not in gone},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert ended.returncode == 2
    assert ended.stdout == ""
    (line,) = ended.stderr.splitlines()
    assert line.startswith("configuration error: ")
    assert "DATABASE_URL" in line
    assert "AMQP_URL" in line


def test_a_worker_is_not_started_by_hand(variables: dict[str, str]) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "ingress.worker"],
        env={"PATH": os.environ["PATH"]} | variables,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert ended.returncode == 2
    assert "INGRESS_SOCKETS" in ended.stderr


def test_workers_that_come_back_while_the_database_is_away_turn_clients_away(
    ingress: Service, postgres: PostgreSQL
) -> None:
    port = ports(ingress)["smtp"]
    postgres.stop()
    for pid in workers(ingress):
        os.kill(pid, signal.SIGKILL)
    with socket.create_connection(("127.0.0.1", port), timeout=15) as client:
        assert client.recv(512).startswith(b"421 4.3.0 ")
    postgres.start()
    wait_until(lambda: _is_ready(ingress), 30, what="all workers serve again")
    deliver(port)


def _is_ready(ingress: Service) -> bool:
    return httpx.get(f"http://127.0.0.1:{ports(ingress)['health']}/readyz").status_code == 200
