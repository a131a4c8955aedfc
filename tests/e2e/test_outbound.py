"""One story: everything that goes wrong on the way to other servers, at once. Nothing that got its 250 is lost.

A server that is down for three tries, one that refuses half of the recipients, one that goes away after the end of the
message, one that DNS cannot find, one whose TLS is broken, one that hangs while the replica that talks to it is killed,
and a large message. A client brings the mail to the front door; an operator looks it up over REST.
"""

import asyncio
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AsyncExitStack, closing, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from tests.e2e.conftest import FORMS
from tests.e2e.forms import HOST, Form, SharedParts, separate, standalone
from tests.e2e.service import Service, wait_until
from tests.fakes.dns_server import DnsServer
from tests.fakes.relay import BREAK, HANG, LOSE_REPLY, Relay
from tests.fakes.tls import server_context

from mailcore import events

pytestmark = pytest.mark.e2e

ADA = "ada@example.com"
NAMES = ("down", "half", "lost", "dns", "tls", "killed", "large")
"""The domains `down.test` and so on, each with a server of its own."""
REFUSED = "550 5.1.1 Nobody of that name"
PATIENCE = 120
"""Seconds: far more than any step takes."""
EXPIRED = "UPDATE delivery_job SET lease_until = 0 WHERE state = 'leased'"


@pytest.fixture(params=FORMS)
def parts(request: pytest.FixtureRequest) -> SharedParts | None:
    """Give what separate services share; None for the standalone form."""
    return None if request.param == "standalone" else request.getfixturevalue("shared_parts")


@contextmanager
def running(directory: Path, parts: SharedParts | None, dns: DnsServer) -> Iterator[Form]:
    """Run a form that asks `dns`."""
    if parts is None:
        with standalone(directory, DNS_SERVERS=dns.address) as form:
            yield form
        return
    with separate(directory, parts, DNS_SERVERS=dns.address) as form:
        yield form


def letter(name: str) -> bytes:
    """Give a message of lines with dots in front: a few, or for `large` 25 MiB of them."""
    head = f"From: {ADA}\r\nTo: bea@{name}.test\r\nDate: Thu, 1 Jan 2026 00:00:00 +0000\r\n"
    line = b"." + b"y" * 75 + b"\r\n"
    lines = 25 * 1024 * 1024 // len(line) if name == "large" else 3
    return f"{head}Message-ID: <{name}@example.com>\r\nSubject: {name}\r\n\r\n".encode() + line * lines


def recipients(name: str) -> list[str]:
    """Give whom the message to a domain is for."""
    return [f"{one}@{name}.test" for one in (("yes1", "no1", "yes2", "no2") if name == "half" else ("bea",))]


async def misbehave(relays: Mapping[str, Relay]) -> None:
    """Have each server do what its domain is named after."""
    relays["half"].on("RCPT TO:<no", REFUSED)
    relays["lost"].on("END", LOSE_REPLY, times=1)
    relays["tls"].on("STARTTLS", BREAK, times=2)
    relays["killed"].on("CONTENT", HANG, times=1)
    await relays["down"].down()


def set_up(form: Form, relays: Mapping[str, Relay]) -> None:
    """Let clients of this machine send to other servers, and wait for nothing long."""
    form.make_accounts(ADA)
    form.make("/access-rules", kind="relay", match="127.0.0.0/8")
    delivery = {
        "routes": {f"{name}.test": relay.address for name, relay in relays.items() if name != "dns"},
        "port": relays["dns"].port,
        "tls_domains": {"tls.test": "required"},
        "retry_seconds": [1],
        "backoff_seconds": 0,
    }
    assert form.api.patch("/settings/delivery", json=delivery).status_code == 200
    assert form.api.patch("/settings/smtp", json={"relay_ips_bypass_auth": True}).status_code == 200
    # Nothing shows from outside when it holds everywhere.
    time.sleep(2)


def send_all(form: Form) -> dict[str, str]:
    """Send the messages, each of which gets its 250; give the ids that these name."""
    return {name: form.send(ADA, recipients(name), letter(name)).rpartition(" ")[2] for name in NAMES}


def jobs(form: Form, **wanted: str) -> list[dict[str, Any]]:
    """Give what waits or is in flight."""
    items: list[dict[str, Any]] = form.api.get("/queue", params=wanted).json()["items"]
    return items


def has_failed(form: Form, name: str, times: int) -> bool:
    """Whether so many tries to reach a domain are over."""
    return any(job["attempt"] >= times and job["state"] == "ready" for job in jobs(form, domain=f"{name}.test"))


def is_left_with(form: Form, *names: str) -> bool:
    """Whether nothing else waits than mail for these domains."""
    return {job["destination"] for job in jobs(form)} == {f"{name}.test" for name in names}


def may_be_repeated(form: Form, number: str) -> bool:
    """Whether a message was traced as one that may have come twice."""
    story = form.api.get(f"/messages/{number}").json()
    return events.MAY_BE_REPEATED in [event["what"] for event in story["events"]]


def unsure(form: Form) -> float:
    """Give how often, by the metrics of all processes, a message may have been taken without our knowing."""
    delivering = ("admin",) if form.name == "standalone" else ("processor-1", "processor-2")
    ports = [form.ports[name] for name in delivering]
    pages = [httpx.get(f"http://{HOST}:{port}/metrics", timeout=20).text for port in ports]
    lines = [line for page in pages for line in page.splitlines() if line.startswith("hikyaku_unsure_total ")]
    return sum(float(line.split()[1]) for line in lines)


def replica_at(form: Form, port: int) -> Service:
    """Give the process that has a connection to a port of this machine."""
    (found,) = [one for one in form.services.values() if one.running and _is_connected(one.pid, port)]
    return found


def _is_connected(pid: int, port: int) -> bool:
    open_files = set()
    for file in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):
            open_files.add(str(file.readlink()))
    rows = [line.split() for line in Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]]
    return any(row[2].endswith(f":{port:04X}") and f"socket:[{row[9]}]" in open_files for row in rows)


async def let_leases_expire(form: Form, parts: SharedParts | None) -> None:
    """Have the minute over for which the job of a killed replica is still its own."""
    if parts is not None:
        connection = await asyncpg.connect(parts.database_url)
        await connection.execute(EXPIRED)
        await connection.close()
        return
    with closing(sqlite3.connect(form.data_dir / "hikyaku.sqlite3", timeout=30)) as database, database:
        database.execute(EXPIRED)


async def wait(condition: Callable[[], bool], what: str) -> None:
    """Wait while the servers of this process answer."""
    await asyncio.to_thread(wait_until, condition, PATIENCE, what=what)


async def test_nothing_is_lost_on_the_way_to_other_servers(parts: SharedParts | None, tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        dns = await stack.enter_async_context(DnsServer("dns.test MX SERVFAIL", "mx.dns.test A 127.0.0.1"))
        contexts = {"tls": server_context()}
        relays = {name: await stack.enter_async_context(Relay(tls=contexts.get(name))) for name in NAMES}
        await misbehave(relays)
        form = await asyncio.to_thread(stack.enter_context, running(tmp_path, parts, dns))
        await asyncio.to_thread(set_up, form, relays)
        numbers = await asyncio.to_thread(send_all, form)

        await wait(lambda: has_failed(form, "down", 3) and has_failed(form, "dns", 1), "three tries")
        assert relays["down"].received == relays["dns"].received == []
        await relays["down"].up()
        dns.remove("dns.test")
        dns.add("dns.test MX 10 mx.dns.test.")

        await wait(lambda: is_left_with(form, "killed") and len(form.messages(ADA)) == 1, "all the others have it")
        assert await asyncio.to_thread(unsure, form) == 1
        (in_flight,) = await asyncio.to_thread(jobs, form, state="leased")
        assert in_flight["recipients"] == ["bea@killed.test"]
        replica = await asyncio.to_thread(replica_at, form, relays["killed"].port)
        replica.kill()
        if parts is None:
            await asyncio.to_thread(replica.start)
        assert relays["killed"].received == []
        await let_leases_expire(form, parts)
        await wait(lambda: jobs(form) == [], "another has done its work")

        for name, relay in relays.items():
            wanted = [one for one in recipients(name) if not one.startswith("no")]
            assert [one.recipients for one in relay.received] == [wanted] * (2 if name == "lost" else 1), name
            assert all(one.content.endswith(letter(name)) for one in relay.received), name
        first, second = relays["lost"].received
        assert first.content == second.content
        assert relays["tls"].received[0].tls
        assert relays["tls"].lines.count("STARTTLS") == 3

        (report,) = form.messages(ADA)
        text = report.read_text()
        assert [text.count(f"Final-Recipient: rfc822; {one}@half.test") for one in ("no1", "no2", "yes1")] == [1, 1, 0]
        assert text.count(f"Diagnostic-Code: smtp; {REFUSED}") == 2
        for name in ("lost", "killed"):
            await wait(partial(may_be_repeated, form, numbers[name]), "what may be a repeat")
        assert form.api.get("/queue/dead-letters").json()["items"] == []
