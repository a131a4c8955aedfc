"""What DNS says of strangers travels with their messages, and a look-up ends with its client."""

import asyncio
import socket
import struct
from base64 import b64encode
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.fakes.dns_server import DnsServer
from tests.integration.ingress.running import PASSWORD, Ingress, running, trusting

PTR = "1.0.0.127.in-addr.arpa"


@pytest.fixture
async def dns() -> AsyncIterator[DnsServer]:
    async with DnsServer() as server:
        yield server


@pytest.fixture
async def ingress(dns: DnsServer, tmp_path: Path) -> AsyncIterator[Ingress]:
    async with running(tmp_path, dns_servers=dns.address) as one:
        yield one


@pytest.mark.parametrize(
    ("lookup", "domain", "is_missing"),
    [
        ("basic", "nowhere.test", True),
        ("basic", "exists.test", False),
        ("basic", "servfail.test", False),
        ("mx", "nowhere.test", True),
        ("mx", "null.test", True),
        ("mx", "exists.test", False),
        ("soa", "nowhere.test", True),
        ("soa", "exists.test", False),
    ],
)
async def test_row_11_marks_a_sender_whose_domain_is_missing(
    ingress: Ingress, dns: DnsServer, lookup: str, domain: str, *, is_missing: bool
) -> None:
    for line in ("exists.test A 192.0.2.1", "null.test MX 0 .", "servfail.test SERVFAIL"):
        dns.add(line)
    await ingress.change_settings(unknown_sender_domain="add_header", sender_domain_lookup=lookup)
    async with ingress.client() as client:
        assert (await client.deliver(f"bob@{domain}", "ada@example.com")).startswith("250 ")
    (mail,) = ingress.accepted
    assert mail.marks.sender_domain_missing is is_missing
    assert mail.marks.strip_marks == ("X-DNSEXISTS",)
    assert mail.marks.external_sender
    assert mail.client.host is None
    told = [event.detail for event in (await ingress.story(f"bob@{domain}")).events if event.what == "sender_accepted"]
    assert told[0]["sender_domain"] in ({"missing", "null_mx"} if is_missing else {"exists", "no_answer"})


async def test_without_row_11_nothing_is_marked_or_asked(ingress: Ingress, dns: DnsServer) -> None:
    await ingress.change_settings(authenticate_mail=False)
    async with ingress.client() as client:
        assert (await client.deliver("bob@nowhere.test", "ada@example.com")).startswith("250 ")
    (mail,) = ingress.accepted
    assert not mail.marks.sender_domain_missing
    assert mail.marks.strip_marks == ()
    assert mail.client.host is None
    assert b"from client.example.org ([127.0.0.1])\r\n" in mail.trace_fields
    assert dns.queries == []


async def test_whoever_has_authenticated_may_send_the_mark(ingress: Ingress, dns: DnsServer) -> None:
    await ingress.change_settings(unknown_sender_domain="add_header")
    async with ingress.client() as client:
        await client.start_tls(trusting(ingress))
        login = b64encode(f"\0ada@example.com\0{PASSWORD}".encode()).decode()
        assert (await client.say(f"AUTH PLAIN {login}")).startswith("235 ")
        assert (await client.deliver("ada@example.com", "ada@example.com")).startswith("250 ")
    (mail,) = ingress.accepted
    assert mail.marks.strip_marks == ()
    assert not mail.marks.external_sender
    assert dns.queries == []


@pytest.mark.parametrize(("setting", "host"), [("must_exist", "any.test"), ("must_match", "matches.test")])
async def test_a_name_that_was_asked_for_goes_along(ingress: Ingress, dns: DnsServer, setting: str, host: str) -> None:
    for line in (f"{PTR} PTR {host}.", "matches.test A 127.0.0.1"):
        dns.add(line)
    await ingress.change_settings(reverse_dns=setting)
    async with ingress.client() as client:
        assert (await client.deliver("bob@example.org", "ada@example.com")).startswith("250 ")
    (mail,) = ingress.accepted
    assert mail.client.host == host
    assert f"from client.example.org ({host} [127.0.0.1])\r\n".encode() in mail.trace_fields


async def test_the_trace_names_the_check(ingress: Ingress) -> None:
    await ingress.change_settings(unknown_sender_domain="reject_permanent")
    async with ingress.client() as client:
        await client.say("MAIL FROM:<bob@nowhere.test>")
    event = (await ingress.story("bob@nowhere.test")).events[-1]
    assert (event.decided_by, event.reply) == ("sender_domain", "550 5.1.8 The sender's domain does not exist")


async def test_a_look_up_ends_when_its_client_resets_the_connection(ingress: Ingress, dns: DnsServer) -> None:
    dns.add("silent.test DROP")
    await ingress.change_settings(unknown_sender_domain="reject_permanent", dns_timeout_seconds=60)
    before = len(asyncio.all_tasks())
    async with ingress.client() as client:
        await client.write(b"MAIL FROM:<bob@silent.test>\r\n")
        async with asyncio.timeout(5):
            while not dns.queries:
                await asyncio.sleep(0.01)
        # A client that only closes its side may still want its reply.
        connection = client._writer.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    async with asyncio.timeout(5):
        while len(asyncio.all_tasks()) > before:
            await asyncio.sleep(0.01)
