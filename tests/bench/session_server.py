"""A server process for the benches: ours or aiosmtpd's plain class, a null handler behind it.

    python tests/bench/session_server.py ours|aiosmtpd asyncio|uvloop [tls]

Prints its port; for every line read from standard input prints the CPU seconds it has used and its resident memory.
"""

import asyncio
import resource
import sys
from collections.abc import Callable
from pathlib import Path

import uvloop
from aiosmtpd.smtp import SMTP
from tests.fakes.null_handler import NullHandler
from tests.fakes.tls import server_context

from ingress.session import Listener, LiveSessions, Session


class NullAiosmtpdHandler:
    """What aiosmtpd asks for at the end of data."""

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:  # noqa: N802 - its name
        """Accept the message."""
        return "250 OK"


def factory(kind: str, *, tls: bool) -> Callable[[], asyncio.BaseProtocol]:
    """Give what makes a protocol for each connection."""
    if kind == "aiosmtpd":
        handler = NullAiosmtpdHandler()
        return lambda: SMTP(handler, hostname="mx.example.com")
    live = LiveSessions()
    listener = Listener("smtp", tls=server_context if tls else None, implicit_tls=tls)
    return lambda: Session(NullHandler(), listener, live)


def resident_octets() -> int:
    """Give the resident memory of this process."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize()


async def main(kind: str, *, tls: bool) -> None:
    """Serve until standard input ends."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(factory(kind, tls=tls), "127.0.0.1", 0, backlog=4096)
    print(server.sockets[0].getsockname()[1], flush=True)
    while await loop.run_in_executor(None, sys.stdin.readline):
        used = resource.getrusage(resource.RUSAGE_SELF)
        print(used.ru_utime + used.ru_stime, resident_octets(), flush=True)


if __name__ == "__main__":
    run = uvloop.run if sys.argv[2] == "uvloop" else asyncio.run
    run(main(sys.argv[1], tls="tls" in sys.argv[3:]))
