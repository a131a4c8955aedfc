"""Accepted messages per second, and what each costs, with the real hand-over: ours against aiosmtpd's plain class.

    python -m tests.bench.handover [--seconds 2] [--rounds 4] [--processes 1] [--connections 1 16 64 256]

Three servers in turns on the same machine, messages of 5 KiB from the same client (`handover_load.py`):

- aiosmtpd: the plain `SMTP` class with one confirmed, persistent, mandatory publish per message to a quorum queue.
- session: our session class and our hand-over to the same broker, with group commit; no policy, as theirs has none.
- ingress: `python -m ingress` as it runs in production: checks, directory in PostgreSQL, traces, log.

Fails when session takes less than 1.5 times as many messages per second as aiosmtpd, in the mean over all loads of
several connections: one alone waits for the broker's disk, whoever serves it.
"""

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen

import aio_pika
from tests.builders import a_seal
from tests.fakes.empty_dns import empty_dns

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.bench.processes import cpu_of_family
from tests.parts import PostgreSQL, RabbitMQ

from mailcore.bus.topology import INCOMING
from mailcore.db.database import Database
from mailcore.db.entity_store import EntityStore
from mailcore.db.kinds import AccountKind, DomainKind
from mailcore.db.migrate import migrate
from mailcore.db.settings_store import SettingsStore
from mailcore.directory.account import AccountFields
from mailcore.directory.domain import DomainFields
from mailcore.passwords import Passwords

BENCH = Path(__file__).parent
CONNECTIONS = (1, 16, 64, 256)
PER_CONNECTION = (1, 100)
THEIR_QUEUE = "bench.one-by-one"
LEAST = 1.5


@dataclass(frozen=True)
class Result:
    """One round."""

    rate: float
    """Accepted messages per second."""
    cpu: dict[str, float]
    """CPU microseconds per message of each process."""


@dataclass(frozen=True)
class Contender:
    """A server under load."""

    name: str
    port: int
    processes: dict[str, int]
    """Whose CPU is counted, beside the client's: process ids by name, descendants included."""

    def round(self, connections: int, per_connection: int, seconds: float) -> Result:
        """Load it once."""
        before = {name: cpu_of_family(pid) for name, pid in self.processes.items()}
        words = [str(self.port), str(connections), str(per_connection), str(seconds)]
        with Popen([sys.executable, str(BENCH / "handover_load.py"), *words], stdout=PIPE, text=True) as load:
            said, _ = load.communicate(timeout=seconds + 60)
        after = {name: cpu_of_family(pid) for name, pid in self.processes.items()}
        if load.returncode != 0:
            raise SystemExit(f"the client of {self.name} failed")
        accepted, took, client = (float(word) for word in said.split())
        cpu = {name: (after[name] - before[name]) / accepted * 1e6 for name in before}
        return Result(accepted / took, {**cpu, "client": client / accepted * 1e6})


def best(results: list[Result]) -> Result:
    """Give the best of several rounds: whatever else the machine does only takes away."""
    names = results[0].cpu
    return Result(max(one.rate for one in results), {name: min(one.cpu[name] for one in results) for name in names})


def compare(contenders: list[Contender], connections: int, per_connection: int, options: argparse.Namespace) -> float:
    """Load all in turns, print what was measured; give how many times as many messages our session took."""
    results: dict[str, list[Result]] = {one.name: [] for one in contenders}
    for number in range(options.rounds):
        # Who comes first takes turns, too.
        for one in contenders[:: -1 if number % 2 else 1]:
            results[one.name].append(one.round(connections, per_connection, options.seconds))
            asyncio.run(empty(options.amqp_url))
    load = f"{connections:4} x {per_connection:3}"
    bests = {name: best(rounds) for name, rounds in results.items()}
    for name, result in bests.items():
        cpu = "  ".join(f"{process} {used:5.0f}" for process, used in result.cpu.items())
        print(f"{load}  {name:9} {result.rate:6.0f} messages/s   us/message: {cpu}")
    theirs = bests["aiosmtpd"]
    for name in ("session", "ingress"):
        rate = bests[name].rate / theirs.rate
        server, broker = (bests[name].cpu[process] / theirs.cpu[process] for process in ("server", "broker"))
        print(f"{load}  {name} / aiosmtpd: rate x{rate:.2f}, server CPU x{server:.2f}, broker CPU x{broker:.2f}")
    sys.stdout.flush()
    return bests["session"].rate / theirs.rate


async def prepare(url: str) -> None:
    """Make the tables, the domain and the account that the client writes to; let one address open many sessions."""
    await migrate(url)
    database = await Database.open(url)
    passwords = Passwords()
    await EntityStore(database, DomainKind()).create(DomainFields(name="example.com"), "bench")
    await EntityStore(database, AccountKind(passwords)).create(AccountFields(address="ada@example.com"), "bench")
    await SettingsStore(database, a_seal()).patch("smtp", {"max_connections_per_ip": 0}, "bench")
    passwords.close()
    await database.close()


async def empty(url: str) -> None:
    """Empty the queues, so that no round pays for what the last one left."""
    async with await aio_pika.connect(url) as connection:
        channel = await connection.channel()
        for queue in (INCOMING, THEIR_QUEUE):
            await (await channel.get_queue(queue)).purge()


@contextmanager
def started(command: list[str], environment: dict[str, str], log: Path) -> Iterator[tuple[int, int]]:
    """Run a server; give its process id and the port it said it is ready on."""
    with log.open("wb") as output:
        process = Popen(
            [sys.executable, *command], stdin=DEVNULL, stdout=PIPE, stderr=output, text=True, env=environment
        )
    try:
        assert process.stdout is not None
        ready = dict(word.split("=") for word in process.stdout.readline().split()[1:])
        if not ready:
            raise SystemExit(log.read_text(errors="replace"))
        yield process.pid, int(ready["smtp"].rpartition(":")[2])
    finally:
        process.terminate()
        process.wait(60)


def environment_of_ingress(directory: Path, database_url: str, options: argparse.Namespace) -> dict[str, str]:
    """Give the environment of ingress."""
    ports = dict.fromkeys(("SMTP_PORT", "SUBMISSION_PORT", "SUBMISSIONS_PORT", "HEALTH_PORT"), "0")
    return {
        **os.environ,
        **ports,
        "DATA_DIR": str(directory / "data"),
        "DATABASE_URL": database_url,
        "AMQP_URL": options.amqp_url,
        "HOSTNAME_FQDN": "mx.example.com",
        "DNS_SERVERS": empty_dns(),
        "INGRESS_PROCESSES": str(options.processes),
        "LOG_FORMAT": "json",
    }


def main() -> int:
    """Compare, and say whether ours is fast enough."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=2.0, help="of each round")
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--processes", type=int, default=1, help="processes of our ingress")
    parser.add_argument("--connections", type=int, nargs="*", default=CONNECTIONS)
    options = parser.parse_args()
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        broker, database = stack.enter_context(RabbitMQ()), stack.enter_context(PostgreSQL())
        options.amqp_url = broker.url
        asyncio.run(prepare(database.url))
        environment = environment_of_ingress(directory, database.url, options)
        pid, port = stack.enter_context(started(["-m", "ingress"], environment, directory / "ingress.log"))
        ingress = Contender("ingress", port, {"server": pid, "broker": broker.pid, "database": database.runner.pid})
        contenders = [ingress]
        for kind in ("session", "aiosmtpd"):
            command = [str(BENCH / "handover_server.py"), kind, broker.url, THEIR_QUEUE]
            pid, port = stack.enter_context(started(command, dict(os.environ), directory / f"{kind}.log"))
            contenders.insert(0, Contender(kind, port, {"server": pid, "broker": broker.pid}))
        for one in contenders:
            one.round(16, 10, 1.0)
        ratios = {
            (connections, many): compare(contenders, connections, many, options)
            for connections in options.connections
            for many in PER_CONNECTION
        }
    mean = statistics.geometric_mean([ratio for (count, _), ratio in ratios.items() if count > 1] or ratios.values())
    print(
        f"session takes {mean:.2f} times as many messages per second as aiosmtpd, {min(ratios.values()):.2f} at least"
    )
    return 0 if mean >= LEAST else 1


if __name__ == "__main__":
    sys.exit(main())
