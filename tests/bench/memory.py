"""What a message of 50 MiB costs ingress and processor in memory, as processes on RabbitMQ and PostgreSQL.

    python tests/bench/memory.py

Prints for each the idle size, and the largest size while one such message passes, and while four pass at once. Fails
when one costs either process 20 MiB or more.
"""

import asyncio
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Thread

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.e2e.forms import HOST, Form, SharedParts, separate
from tests.parts import PostgreSQL, RabbitMQ

from mailcore.db.migrate import migrate

MIB = 1024 * 1024
LARGE = 50 * MIB
MOST = 20.0
"""MiB beyond the idle size."""
AT_ONCE = 4
ADDRESS = "alice@example.com"
HEAD = b"Subject: large\r\n\r\n"
LINE = b"0123456789abcdef" * 4 + b"0123456789abc\r\n"


def pieces(size: int) -> Iterator[bytes]:
    """Give the octets of a message of about `size`, at most that, and the end of the data."""
    block = LINE * 800
    yield HEAD
    for _ in range((size - len(HEAD)) // len(block)):
        yield block
    yield b".\r\n"


def send(port: int, size: int) -> None:
    """Send one message. Raises RuntimeError when it is not accepted."""
    with closing(socket.create_connection((HOST, port), timeout=120)) as client, client.makefile("rb") as replies:

        def hear(wanted: bytes) -> None:
            line = replies.readline()
            while line[3:4] == b"-":
                line = replies.readline()
            if not line.startswith(wanted):
                raise RuntimeError(f"instead of {wanted!r}: {line!r}")

        hear(b"220")
        for command, wanted in (
            (b"EHLO client.example.net", b"250"),
            (b"MAIL FROM:<bob@example.org>", b"250"),
            (f"RCPT TO:<{ADDRESS}>".encode(), b"250"),
            (b"DATA", b"354"),
        ):
            client.sendall(command + b"\r\n")
            hear(wanted)
        for piece in pieces(size):
            client.sendall(piece)
        hear(b"250")


def send_at_once(form: Form, count: int, size: int) -> None:
    """Send `count` messages at once and wait until all are in the mailbox."""
    wanted = len(form.messages(ADDRESS)) + count
    senders = [Thread(target=send, args=(form.ports["smtp"], size)) for _ in range(count)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    form.wait_for_messages(ADDRESS, wanted, seconds=120)


def megabytes(pid: int, name: str) -> float:
    """Give a size that the kernel tells of a process (proc(5), `status`), in MiB."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.partition(f"{name}:")[2].split()[0]) / 1024


def peaks(form: Form, pids: dict[str, int], count: int) -> dict[str, float]:
    """Give how far each process went beyond what it had, while `count` large messages passed; print it."""
    before = {}
    for name, pid in pids.items():
        Path(f"/proc/{pid}/clear_refs").write_text("5", encoding="ascii")
        before[name] = megabytes(pid, "VmRSS")
    send_at_once(form, count, LARGE)
    beyond = {name: megabytes(pid, "VmHWM") - before[name] for name, pid in pids.items()}
    for name, size in beyond.items():
        print(f"{count} x 50 MiB, {name:9}: {before[name]:6.1f} MiB before, {size:5.1f} MiB more at most")
    return beyond


def measure(form: Form) -> bool:
    """Print all figures; give whether one message costs little enough."""
    form.make_accounts(ADDRESS)
    for _ in range(20):
        send_at_once(form, 1, 5 * 1024)
    pids = {"ingress": form.services["ingress"].pid, "processor": form.services["processor-1"].pid}
    beyond = peaks(form, pids, 1)
    peaks(form, pids, AT_ONCE)
    return all(size < MOST for size in beyond.values())


def main() -> int:
    """Run the services and measure them; give the exit code."""
    with PostgreSQL() as postgres, RabbitMQ() as rabbitmq, tempfile.TemporaryDirectory() as directory:
        asyncio.run(migrate(postgres.url))
        parts = SharedParts(rabbitmq.url, postgres.url)
        with separate(Path(directory), parts, ingress_processes=1, processors=1) as form:
            return 0 if measure(form) else 1


if __name__ == "__main__":
    sys.exit(main())
