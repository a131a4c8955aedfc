"""What mail costs the services in memory: idle sessions at ingress, and one message of 50 MiB all the way.

    python tests/bench/service_memory.py [sessions]

Ingress, processor and REST API as processes on a real broker and database. Fails when an idle session costs ingress
40 KiB or more, 64 KiB or more under TLS, or when the message costs ingress or processor 20 MiB or more beyond what they
took before.
"""

import asyncio
import resource
import smtplib
import ssl
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.bench.processes import forget_peak, peak_of, resident_of
from tests.bench.session_memory import MOST, client_context, open_session
from tests.e2e.forms import Form, SharedParts, deliver, separate
from tests.parts import PostgreSQL, RabbitMQ

from mailcore.db.migrate import migrate

SESSIONS = 1000
SIZE = 50 * 1024 * 1024
MOST_BEYOND_IDLE = 20 * 1024 * 1024
MIB = 1024 * 1024


def idle_sessions(form: Form, kind: str, count: int) -> bool:
    """Print what `count` idle sessions cost; say whether that is little enough."""
    port = form.ports["submissions" if kind == "tls" else "smtp"]
    context: ssl.SSLContext | None = client_context() if kind == "tls" else None
    pid = form.services["ingress"].pid
    for warm_up in [open_session(port, context) for _ in range(50)]:
        warm_up.close()
    time.sleep(1)
    before = resident_of(pid)
    clients = [open_session(port, context) for _ in range(count)]
    time.sleep(1)
    octets = (resident_of(pid) - before) / count
    for client in clients:
        client.close()
    print(f"{kind:5} {octets / 1024:6.1f} KiB per idle session, {count} sessions")
    return octets < MOST[kind]


def large_message(form: Form) -> bool:
    """Print what a message of 50 MiB costs beyond what was taken before; say whether that is little enough."""
    head = b"Subject: large\r\n\r\n"
    line = b"x" * 76 + b"\r\n"
    octets = head + line * ((SIZE - len(head)) // len(line))
    pids = {name: form.services[name].pid for name in ("ingress", "processor-1")}
    form.send("bob@example.org", ["ada@example.com"], b"Subject: first\r\n\r\n")
    form.wait_for_messages("ada@example.com")
    before = {name: resident_of(pid) for name, pid in pids.items()}
    for pid in pids.values():
        forget_peak(pid)
    with smtplib.SMTP("127.0.0.1", form.ports["smtp"], timeout=60) as session:
        session.ehlo()
        deliver(session, "bob@example.org", ["ada@example.com"], octets)
    form.wait_for_messages("ada@example.com", 2, 60)
    beyond = {name: peak_of(pid) - before[name] for name, pid in pids.items()}
    for name, cost in beyond.items():
        print(f"{name:11} {cost / MIB:5.1f} MiB beyond {before[name] / MIB:.1f} MiB for a message of 50 MiB")
    return all(cost < MOST_BEYOND_IDLE for cost in beyond.values())


def main() -> int:
    """Measure, and say whether it is little enough."""
    sessions = int(sys.argv[1]) if len(sys.argv) > 1 else SESSIONS
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        broker, database = stack.enter_context(RabbitMQ()), stack.enter_context(PostgreSQL())
        asyncio.run(migrate(database.url))
        parts = SharedParts(broker.url, database.url)
        form = stack.enter_context(separate(directory, parts, ingress_processes=1, processors=1))
        form.make_accounts("ada@example.com")
        assert form.api.patch("/settings/smtp", json={"max_connections_per_ip": 0}).status_code == 200
        time.sleep(1)
        fits = [large_message(form), *(idle_sessions(form, kind, sessions) for kind in MOST)]
    return 0 if all(fits) else 1


if __name__ == "__main__":
    sys.exit(main())
