"""The forms in which the pipeline runs, as real processes: standalone, and separate services on real parts.

A form is what a test needs of either: where mail goes in, the REST API, the mailboxes on disk, and the processes, to
be killed and started again on the same ports and data.
"""

import secrets
import smtplib
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from tests.e2e.service import Service, wait_until
from tests.fakes.empty_dns import empty_dns
from tests.parts.ports import free_ports

HOST = "127.0.0.1"


@dataclass
class Form:
    """A running pipeline."""

    name: str
    data_dir: Path
    token: str
    ports: dict[str, int]
    """smtp, submission, submissions, admin, public."""
    services: dict[str, Service]
    """By name: `standalone`; or `ingress`, `processor-1`, `processor-2`, `admin-api`."""
    api: httpx.Client = field(init=False)
    """Speaks to /api/v1 with the token."""

    def __post_init__(self) -> None:
        self.api = httpx.Client(
            base_url=f"http://{HOST}:{self.ports['admin']}/api/v1",
            headers={"authorization": f"Bearer {self.token}"},
            timeout=20,
        )

    def start(self) -> None:
        """Start every process and return when all are ready."""
        for service in self.services.values():
            if not service.running:
                service.launch()
        for service in self.services.values():
            service.wait_ready()

    def stop(self) -> dict[str, int]:
        """Stop every process in the order of the flow and give the exit codes."""
        return {name: service.terminate() for name, service in self.services.items() if service.running}

    def kill(self) -> None:
        """Kill whatever runs."""
        self.api.close()
        for service in self.services.values():
            service.kill()

    def smtp(self) -> smtplib.SMTP:
        """Open an SMTP session."""
        return smtplib.SMTP(HOST, self.ports["smtp"], local_hostname="client.example.net", timeout=30)

    def send(self, sender: str, recipients: list[str], octets: bytes) -> str:
        """Send one message whose lines end in CRLF and give the text of the reply. Raises what smtplib raises."""
        with self.smtp() as session:
            session.ehlo()
            return deliver(session, sender, recipients, octets)

    def make(self, path: str, **fields: Any) -> dict[str, Any]:
        """Create something over REST."""
        answer = self.api.post(path, json=fields)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def make_accounts(self, *addresses: str) -> None:
        """Create accounts, and their domains where they are missing."""
        for domain in sorted({address.rpartition("@")[2] for address in addresses}):
            assert self.api.post("/domains", json={"name": domain}).status_code in {201, 409}
        for address in addresses:
            self.make("/accounts", address=address)

    def mailbox(self, address: str) -> Path:
        """Give the Maildir of an account whose name needs no quoting."""
        local_part, _, domain = address.rpartition("@")
        return self.data_dir / "mail" / domain / local_part

    def messages(self, address: str) -> list[Path]:
        """Give the files of every message in an account's mailbox, whatever its folder."""
        mailbox = self.mailbox(address)
        return sorted(path for pattern in ("new/*", "cur/*", ".*/new/*", ".*/cur/*") for path in mailbox.glob(pattern))

    def wait_for_messages(self, address: str, count: int = 1, seconds: float = 20) -> list[Path]:
        """Give the files of an account's mailbox once there are `count`."""
        wait_until(lambda: len(self.messages(address)) >= count, seconds, what=f"{count} messages for {address}")
        return self.messages(address)

    def log(self) -> str:
        """Give the end of what every process said."""
        return "\n".join(f"--- {service.name}\n{service.log()}" for service in self.services.values())


def deliver(session: smtplib.SMTP, sender: str, recipients: list[str], octets: bytes) -> str:
    """Send one message in an open session and give the text of the final reply. Raises what smtplib raises."""
    code, text = session.mail(sender)
    if code != 250:
        raise smtplib.SMTPSenderRefused(code, text, sender)
    for recipient in recipients:
        code, text = session.rcpt(recipient)
        if code != 250:
            raise smtplib.SMTPRecipientsRefused({recipient: (code, text)})
    code, text = session.data(octets)
    if code != 250:
        raise smtplib.SMTPDataError(code, text)
    return text.decode("ascii")


@dataclass(frozen=True)
class SharedParts:
    """What separate services share."""

    amqp_url: str
    database_url: str

    @property
    def environment(self) -> dict[str, str]:
        """Give it as environment variables."""
        return {"AMQP_URL": self.amqp_url, "DATABASE_URL": self.database_url}


@contextmanager
def standalone(directory: Path, **more: str) -> Iterator[Form]:
    """Run the standalone form with its data below `directory`; `more` is further environment."""
    ports = _ports("smtp", "submission", "submissions", "admin", "public", "health")
    token = secrets.token_urlsafe(24)
    environment = _environment(directory, ports, token) | more
    service = Service("standalone", "standalone", environment, directory / "standalone.log", _said_ready)
    yield from _running(Form("standalone", directory / "data", token, ports, {"standalone": service}))


@contextmanager
def separate(
    directory: Path, parts: SharedParts, *, ingress_processes: int = 2, processors: int = 2, **more: str
) -> Iterator[Form]:
    """Run ingress, processors and admin-api on a broker and a migrated database; `more` is further environment."""
    names = ["ingress", *(f"processor-{number}" for number in range(1, processors + 1)), "admin-api"]
    modules = {"ingress": "ingress", "admin-api": "admin_api"}
    ports = _ports("smtp", "submission", "submissions", "admin", "public", *names)
    token = secrets.token_urlsafe(24)
    shared = _environment(directory, ports, token) | parts.environment | more
    services = {
        name: Service(
            name,
            modules.get(name, "processor"),
            shared | {"HEALTH_PORT": str(ports[name]), "INGRESS_PROCESSES": str(ingress_processes)},
            directory / f"{name}.log",
            _answers_ready(ports["admin"] if name == "admin-api" else ports[name]),
        )
        for name in names
    }
    yield from _running(Form("separate", directory / "data", token, ports, services))


def _running(form: Form) -> Iterator[Form]:
    try:
        form.start()
        yield form
    finally:
        form.kill()


def _ports(*names: str) -> dict[str, int]:
    return dict(zip(names, free_ports(len(names)), strict=True))


def _environment(directory: Path, ports: dict[str, int], token: str) -> dict[str, str]:
    return {
        "BIND": HOST,
        "DATA_DIR": str(directory / "data"),
        "ADMIN_TOKEN": token,
        "HOSTNAME_FQDN": "mail.example.com",
        "DNS_SERVERS": empty_dns(),
        "LOG_FORMAT": "json",
        # prometheus_client keeps the files of its multi-process mode open to the very end.
        "PYTHONWARNINGS": "error,ignore:unclosed file <_io.BufferedRandom:ResourceWarning",
    } | {
        f"{name.upper()}_PORT": str(ports[name])
        for name in ("smtp", "submission", "submissions", "admin", "public", "health")
        if name in ports
    }


def _said_ready(service: Service) -> bool:
    return any(line.startswith("ready ") for line in service.said().splitlines())


def _answers_ready(port: int) -> Callable[[Service], bool]:
    def ready(_service: Service) -> bool:
        try:
            return httpx.get(f"http://{HOST}:{port}/readyz", timeout=6).status_code == 200
        except httpx.TransportError:
            return False

    return ready


def is_open(port: int) -> bool:
    """Whether something listens on a port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0
