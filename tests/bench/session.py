"""CPU per 5 KiB message of our session against aiosmtpd's plain SMTP class, in the same run.

    python tests/bench/session.py [messages]

Both behind a null handler, on the same event loop, one client that waits for every reply. Fails when ours takes more
than half of theirs.
"""

import os
import socket
import sys
import time
from pathlib import Path
from subprocess import PIPE, Popen

ROOT = Path(__file__).parents[2]
LINE = b"The quick brown fox jumps over the lazy dog, and the dog does not mind.\r\n"
MESSAGE = b"From: a@example.org\r\nSubject: bench\r\n\r\n" + LINE * 70 + b".\r\n"
MOST_OF_THEIRS = 0.5
ROUNDS = 10


class Server:
    """A server process, and what it has used."""

    def __init__(self, kind: str, loop: str, *flags: str) -> None:
        self._process = Popen(
            [sys.executable, str(ROOT / "tests/bench/session_server.py"), kind, loop, *flags],
            stdin=PIPE,
            stdout=PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        self.port = int(self._line())

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()

    def usage(self) -> tuple[float, int]:
        """Give the CPU seconds used and the resident octets."""
        assert self._process.stdin is not None
        self._process.stdin.write("?\n")
        self._process.stdin.flush()
        seconds, resident = self._line().split()
        return float(seconds), int(resident)

    def stop(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.terminate()
        self._process.wait()


class Client:
    """An SMTP client that costs as little as possible."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.recv(4096)
        self.say(b"EHLO client.example.org\r\n")

    def say(self, octets: bytes) -> None:
        """Send, and wait for the whole reply."""
        self._socket.sendall(octets)
        reply = b""
        while not reply.endswith(b"\r\n") or reply.splitlines()[-1][3:4] == b"-":
            reply += self._socket.recv(4096)
        assert reply[:1] in b"23", reply

    def send_message(self) -> None:
        """Send one message."""
        self.say(b"MAIL FROM:<sender@example.org>\r\n")
        self.say(b"RCPT TO:<recipient@example.com>\r\n")
        self.say(b"DATA\r\n")
        self.say(MESSAGE)

    def quit(self) -> None:
        """End the session."""
        self.say(b"QUIT\r\n")
        self._socket.close()


def send(port: int, messages: int, per_connection: int) -> None:
    """Send messages, so many in each connection."""
    for _ in range(messages // per_connection):
        client = Client(port)
        for _ in range(per_connection):
            client.send_message()
        client.quit()


class Contender:
    """One of the two servers, with the least it ever took: whatever else the machine does only adds to it."""

    def __init__(self, kind: str, loop: str, per_connection: int) -> None:
        self.kind = kind
        self.server = Server(kind, loop)
        self.per_connection = per_connection
        self.cpu = self.client_cpu = self.took = float("inf")
        send(self.server.port, per_connection, per_connection)

    def run(self, messages: int) -> None:
        """Take one round of messages."""
        before, _ = self.server.usage()
        client, began = time.process_time(), time.perf_counter()
        send(self.server.port, messages, self.per_connection)
        self.took = min(self.took, (time.perf_counter() - began) / messages)
        self.client_cpu = min(self.client_cpu, (time.process_time() - client) / messages)
        self.cpu = min(self.cpu, (self.server.usage()[0] - before) / messages)

    def report(self, loop: str) -> None:
        """Print what was measured."""
        print(
            f"{loop:8} {self.per_connection:4} per connection  {self.kind:9} server {self.cpu * 1e6:5.0f} us/message  "
            f"client {self.client_cpu * 1e6:5.0f} us/message  {1 / self.took:6.0f} messages/s"
        )


def compare(loop: str, per_connection: int, messages: int) -> float:
    """Run both in turns; give what part of theirs ours takes."""
    contenders = [Contender(kind, loop, per_connection) for kind in ("aiosmtpd", "ours")]
    try:
        for _ in range(ROUNDS):
            for contender in contenders:
                contender.run(messages // ROUNDS)
    finally:
        for contender in contenders:
            contender.server.stop()
    for contender in contenders:
        contender.report(loop)
    theirs, ours = contenders
    print(f"{loop:8} {per_connection:4} per connection  ours takes {ours.cpu / theirs.cpu:.2f} of theirs")
    return ours.cpu / theirs.cpu


def main() -> int:
    """Compare, and say whether ours is cheap enough."""
    messages = int(sys.argv[1]) if len(sys.argv) > 1 else 4000
    worst = max(compare(loop, many, messages) for loop in ("asyncio", "uvloop") for many in (1, 100))
    return 0 if worst <= MOST_OF_THEIRS else 1


if __name__ == "__main__":
    sys.exit(main())
