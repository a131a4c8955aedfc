"""What an idle session costs in memory: resident octets of a server process per session, in the clear and under TLS.

    python tests/bench/session_memory.py [sessions]

Fails when one costs 40 KiB or more, 64 KiB or more under TLS. On uvloop, as the services run: the TLS of asyncio's own
loops keeps a buffer of 256 KiB for every connection.
"""

import resource
import socket
import ssl
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.bench.session import Server

MOST = {"plain": 40 * 1024, "tls": 64 * 1024}


def client_context() -> ssl.SSLContext:
    """Give a context that believes every certificate."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def open_session(port: int, context: ssl.SSLContext | None) -> socket.socket:
    """Open a session that has said EHLO."""
    client = socket.create_connection(("127.0.0.1", port))
    if context is not None:
        client = context.wrap_socket(client)
    client.recv(4096)
    client.sendall(b"EHLO client.example.org\r\n")
    client.recv(4096)
    return client


def measure(kind: str, sessions: int) -> float:
    """Give the octets per idle session, and print them."""
    server = Server("ours", "uvloop", *(["tls"] if kind == "tls" else []))
    context = client_context() if kind == "tls" else None
    try:
        for warm_up in [open_session(server.port, context) for _ in range(50)]:
            warm_up.close()
        time.sleep(0.5)
        _, before = server.usage()
        clients = [open_session(server.port, context) for _ in range(sessions)]
        time.sleep(0.5)
        _, after = server.usage()
        for client in clients:
            client.close()
    finally:
        server.stop()
    octets = (after - before) / sessions
    print(f"{kind:5} {octets / 1024:6.1f} KiB per idle session, {sessions} sessions")
    return octets


def main() -> int:
    """Measure, and say whether it is little enough."""
    sessions = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    fits = [measure(kind, sessions) < MOST[kind] for kind in MOST]
    return 0 if all(fits) else 1


if __name__ == "__main__":
    sys.exit(main())
