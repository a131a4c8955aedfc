"""A private PostgreSQL. It writes through to the disk as in production, so that crashes mean what they mean there."""

import os
import pwd
import shutil
import signal
import socket
import struct
import subprocess
from pathlib import Path

from tests.parts.choice import find_programs
from tests.parts.container import Container
from tests.parts.ports import free_ports
from tests.parts.process import Process
from tests.parts.server import Server

_USER = "hikyaku"
_ORIGINAL = 196608
"""Protocol 3.0 in the start-up packet."""


class PostgreSQL(Server):
    """A PostgreSQL server of our own with one role, which may do everything."""

    def __init__(self) -> None:
        super().__init__()
        (self.port,) = free_ports(1)
        programs = find_programs("postgresql", _find_programs)
        self.runner = _container(self.port) if programs is None else _process(programs, self.directory, self.port)

    @property
    def url(self) -> str:
        """`postgresql://...` of the maintenance database."""
        return f"postgresql://{_USER}:{_USER}@127.0.0.1:{self.port}/postgres"

    def answers(self) -> bool:
        """Whether it goes as far as authentication."""
        parameters = f"user\0{_USER}\0database\0postgres\0\0".encode()
        packet = struct.pack("!II", len(parameters) + 8, _ORIGINAL) + parameters
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                connection.sendall(packet)
                return connection.recv(1) == b"R"
        except OSError:
            return False

    def _discard(self) -> None:
        if isinstance(self.runner, Container):
            self.runner.remove()
        else:
            self.runner.stop(10)


def _find_programs() -> Path | None:
    """Give the directory with `initdb` and `postgres` of the newest installed version."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    on_path = shutil.which("postgres")
    candidates = [*debian, *([Path(on_path).resolve().parent] if on_path else [])]
    return next((path for path in candidates if (path / "initdb").exists() and (path / "postgres").exists()), None)


def _process(programs: Path, directory: Path, port: int) -> Process:
    """Make a cluster below `directory` and give the process that serves it."""
    user = _unprivileged_user()
    data = directory / "data"
    data.mkdir(mode=0o700)
    if user is not None:
        shutil.chown(directory, user)
        shutil.chown(data, user)
    become = [] if user is None else ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups", "--"]
    initialise = [str(programs / "initdb"), "-D", str(data), "-U", _USER, "-A", "trust", "-E", "UTF8", "--locale=C"]
    result = subprocess.run([*become, *initialise], cwd=directory, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise RuntimeError(f"initdb: {result.stderr}")
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": port,
        "unix_socket_directories": directory,
        "shared_buffers": "64MB",
        "max_connections": 200,
        "max_wal_size": "256MB",
    }
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    return Process(
        [str(programs / "postgres"), "-D", str(data), *options],
        environment={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
        directory=directory,
        user=user,
        # Fast shutdown: an orderly end without waiting for clients.
        stop_signal=signal.SIGINT,
        death_signal=signal.SIGINT,
    )


def _unprivileged_user() -> str | None:
    """Give whom to run it as: PostgreSQL refuses to be root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def _container(port: int) -> Container:
    return Container(
        os.environ.get("TEST_POSTGRES_IMAGE", "postgres:17"),
        port=5432,
        host_port=port,
        environment={"POSTGRES_USER": _USER, "POSTGRES_PASSWORD": _USER},
        arguments=("-c", "max_connections=200"),
    )
