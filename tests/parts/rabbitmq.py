"""A private RabbitMQ: one small node, without plugins, with its own name, cookie, distribution port and epmd."""

import os
import shutil
import socket
import subprocess
from pathlib import Path

from tests.parts.choice import find_programs
from tests.parts.container import Container
from tests.parts.ports import free_ports
from tests.parts.process import Process
from tests.parts.server import Server

_USER = "hikyaku"
_GREETING = b"AMQP\x00\x00\x09\x01"


class RabbitMQ(Server):
    """A RabbitMQ broker of our own with one user, who may do everything."""

    def __init__(self) -> None:
        super().__init__()
        self.port, distribution, epmd = free_ports(3)
        self._programs = find_programs("rabbitmq-server", _find_programs)
        self._epmd: Process | None = None
        if self._programs is None:
            self.runner = _container(self.port)
            return
        self._environment = _environment(self.directory, self.port, distribution, epmd)
        (self.directory / "rabbitmq.conf").write_text(_configuration(self.port))
        # An epmd that the node starts itself would outlive it.
        names = self.directory / "epmd"
        names.mkdir()
        self._epmd = Process(["epmd", "-port", str(epmd), "-address", "127.0.0.1"], self._environment, names)
        command = [str(self._programs / "rabbitmq-server")]
        self.runner = Process(command, self._environment, self.directory)

    @property
    def url(self) -> str:
        """`amqp://...` of its default virtual host."""
        return f"amqp://{_USER}:{_USER}@127.0.0.1:{self.port}/"

    @property
    def pid(self) -> int:
        """The process whose CPU time is the broker's."""
        return self.runner.pid

    def answers(self) -> bool:
        """Whether it answers the protocol header with Connection.Start."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=2) as connection:
                connection.sendall(_GREETING)
                return connection.recv(1) == b"\x01"
        except OSError:
            return False

    def control(self, *arguments: str) -> str:
        """Run rabbitmqctl on it and give what it printed. Raises RuntimeError when it failed."""
        if isinstance(self.runner, Container):
            return self.runner.execute("rabbitmqctl", "-q", *arguments)
        command = [f"{self._programs}/rabbitmqctl", "-q", *arguments]
        result = subprocess.run(command, env=self._environment, capture_output=True, text=True, check=False, timeout=60)
        if result.returncode != 0:
            raise RuntimeError(f"rabbitmqctl {' '.join(arguments)}: {result.stdout}{result.stderr}")
        return result.stdout

    def _launch(self) -> None:
        if self._epmd is not None and not self._epmd.running:
            self._epmd.launch()
        super()._launch()

    def _discard(self) -> None:
        if isinstance(self.runner, Container):
            self.runner.remove()
            return
        self.runner.kill()
        if self._epmd is not None:
            self._epmd.kill()


def _find_programs() -> Path | None:
    """Give the directory of its scripts: Debian's on PATH are wrappers that change the user."""
    on_path = shutil.which("rabbitmq-server")
    candidates = [Path("/usr/lib/rabbitmq/bin"), *([Path(on_path).resolve().parent] if on_path else [])]
    return next((path for path in candidates if (path / "rabbitmq-server").exists()), None)


def _environment(directory: Path, port: int, distribution: int, epmd: int) -> dict[str, str]:
    cookie = f"-setcookie hikyaku{port}"
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(directory),
        "LC_ALL": "C.UTF-8",
        "HOSTNAME": "localhost",
        "ERL_EPMD_PORT": str(epmd),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "ERL_CRASH_DUMP_SECONDS": "0",
        "RABBITMQ_NODENAME": f"hikyaku{port}@localhost",
        "RABBITMQ_DIST_PORT": str(distribution),
        "RABBITMQ_MNESIA_BASE": str(directory / "mnesia"),
        "RABBITMQ_LOG_BASE": str(directory / "log"),
        "RABBITMQ_LOGS": "-",
        "RABBITMQ_CONF_ENV_FILE": os.devnull,
        "RABBITMQ_CONFIG_FILE": str(directory / "rabbitmq.conf"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(directory / "enabled_plugins"),
        # Replaces the shell by the node, so that a signal to the one we launched is a signal to the node.
        "RABBITMQ_ALLOW_INPUT": "1",
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": (
            f"-noinput {cookie} +S 1:1 +SDcpu 1:1 +SDio 1 +A 1 +sbwt none +sbwtdcpu none +sbwtdio none "
            "-kernel inet_dist_use_interface {127,0,0,1}"
        ),
        "RABBITMQ_CTL_ERL_ARGS": f"{cookie} +S 1:1 +SDcpu 1:1 +SDio 1",
    }


def _configuration(port: int) -> str:
    return f"""listeners.tcp.1 = 127.0.0.1:{port}
default_user = {_USER}
default_pass = {_USER}
vm_memory_high_watermark.absolute = 1GiB
disk_free_limit.absolute = 64MB
raft.wal_max_size_bytes = 67108864
log.console = true
log.console.level = warning
"""


def _container(port: int) -> Container:
    return Container(
        os.environ.get("TEST_RABBITMQ_IMAGE", "rabbitmq:4.0"),
        port=5672,
        host_port=port,
        environment={"RABBITMQ_DEFAULT_USER": _USER, "RABBITMQ_DEFAULT_PASS": _USER},
    )
