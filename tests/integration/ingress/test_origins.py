"""What SPF, DKIM, DMARC and ARC say of a stranger's message: asked while it comes, told on top of it, and obeyed."""

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.fakes.dns_server import DnsServer
from tests.integration.ingress.running import PASSWORD, Ingress, running, trusting
from tests.unit.mailcore.authentication.signing import MESSAGE, rsa_record, sealed, signed

from mailcore.authentication.results import Authentication
from mailcore.content.local import LocalContentStore
from mailcore.mail.content import StoredContent


def text(record: bytes) -> str:
    """Give a TXT record as a zone file has it: strings of at most 255 octets."""
    whole = record.decode()
    return " ".join(f'"{whole[at : at + 200]}"' for at in range(0, len(whole), 200))


@pytest.fixture
async def dns() -> AsyncIterator[DnsServer]:
    async with DnsServer(
        'example.org TXT "v=spf1 ip4:127.0.0.1 -all"',
        '_dmarc.example.org TXT "v=DMARC1; p=reject"',
        'strict.test TXT "v=spf1 -all"',
        '_dmarc.strict.test TXT "v=DMARC1; p=reject"',
        '_dmarc.mild.test TXT "v=DMARC1; p=quarantine"',
    ) as server:
        for domain in ("example.org", "forwarder.example"):
            server.add(f"rsa._domainkey.{domain} TXT {text(rsa_record())}")
        yield server


@pytest.fixture
async def ingress(dns: DnsServer, tmp_path: Path) -> AsyncIterator[Ingress]:
    async with running(tmp_path, dns_servers=dns.address) as one:
        yield one


async def told(ingress: Ingress, sender: str) -> dict[str, str]:
    """Give what the trace says of the newest message of a sender."""
    story = await ingress.story(sender)
    (event,) = [event for event in story.events if event.what == "origin_examined"]
    return event.detail


def found_in(ingress: Ingress) -> Authentication:
    """Give what was found out about the newest message."""
    found = ingress.accepted[-1].marks.authentication
    assert found is not None
    return found


async def test_what_is_found_travels_on_top_of_the_message(ingress: Ingress, dns: DnsServer) -> None:
    async with ingress.client() as client:
        assert (await client.deliver("bob@example.org", "ada@example.com", signed())).startswith("250 ")
    found = found_in(ingress)
    assert (found.spf.result, found.dkim_result, found.dmarc.result) == ("pass", "pass", "pass")
    assert found.is_aligned
    assert found.vouches_for_sender
    assert (found.author_policy, len(found.author_signatures)) == ("reject", 1)
    results, received = ingress.accepted[-1].trace_fields.split(b"Received: ")
    assert received.startswith(b"from client.example.org")
    lines = results.decode().split("\r\n")
    assert lines[0] == "Authentication-Results: mx.example.com;"
    assert lines[1] == "\tspf=pass smtp.mailfrom=bob@example.org;"
    assert lines[2].startswith("\tdkim=pass header.d=example.org header.s=rsa header.a=rsa-sha256")
    assert lines[-2] == "\tdmarc=pass policy.dmarc=reject header.from=example.org"
    assert await told(ingress, "bob@example.org") == {
        "spf": "pass example.org (ip4:127.0.0.1 of example.org)",
        "dkim": "pass rsa._domainkey.example.org",
        "dmarc": "pass example.org",
        "dmarc_policy": "reject",
    }
    assert sorted(dns.queries) == ["_dmarc.example.org TXT", "example.org TXT", "rsa._domainkey.example.org TXT"]


async def test_a_large_message_is_hashed_as_it_streams(ingress: Ingress) -> None:
    message = signed(MESSAGE + b"a line of some length, and  more\r\n" * 20_000, methods=("relaxed", "simple"))
    async with ingress.client() as client:
        assert (await client.deliver("bob@example.org", "ada@example.com", message)).startswith("250 ")
    assert isinstance(ingress.accepted[-1].content, StoredContent)
    assert isinstance(ingress.platform.content, LocalContentStore)
    assert found_in(ingress).dkim_result == "pass"


async def test_a_larger_one_than_is_verified(ingress: Ingress) -> None:
    await ingress.change_settings(max_authenticated_size=20, dmarc_reject="reject")
    async with ingress.client() as client:
        assert (await client.deliver("bob@forwarder.example", "ada@example.com", signed())).startswith("250 ")
    found = found_in(ingress)
    assert (found.dkim_result, found.dmarc.result) == ("neutral", "permerror")
    assert "too large" in (await told(ingress, "bob@forwarder.example"))["dkim"]


async def test_our_name_for_ourselves(ingress: Ingress) -> None:
    await ingress.change_settings(authserv_id="mail.example.com")
    async with ingress.client() as client:
        await client.deliver("bob@example.org", "ada@example.com", signed())
    mail = ingress.accepted[-1]
    assert mail.trace_fields.startswith(b"Authentication-Results: mail.example.com;\r\n")
    assert mail.marks.fields.results_of == ("mx.example.com", "mail.example.com")


@pytest.mark.parametrize(
    ("settings", "sender", "author", "reply"),
    [
        ({}, "eve@strict.test", "eve@strict.test", "250 "),
        ({"spf_fail": "reject"}, "eve@strict.test", "eve@nothing.test", "550 5.7.23 "),
        ({"spf_fail": "reject"}, "eve@nothing.test", "eve@strict.test", "250 "),
        ({"dmarc_reject": "reject"}, "eve@nothing.test", "eve@strict.test", "550 5.7.1 "),
        ({"dmarc_reject": "reject"}, "eve@nothing.test", "eve@mild.test", "250 "),
        ({"dmarc_reject": "reject", "spf_fail": "reject"}, "eve@strict.test", "eve@strict.test", "550 5.7.23 "),
    ],
)
async def test_what_its_domain_does_not_stand_by(
    ingress: Ingress, settings: dict[str, str], sender: str, author: str, reply: str
) -> None:
    await ingress.change_settings(**settings)
    async with ingress.client() as client:
        said = await client.deliver(sender, "ada@example.com", f"From: {author}\r\n\r\nbody\r\n".encode())
    assert said.startswith(reply), said
    story = await ingress.story(sender)
    assert story.outcome == ("accepted" if reply == "250 " else "refused")
    if reply != "250 ":
        assert ingress.accepted == []
        assert story.events[-1].decided_by == ("spf" if "5.7.23" in reply else "dmarc")


async def test_what_is_put_into_the_trash(ingress: Ingress) -> None:
    await ingress.change_settings(dmarc_quarantine="trash", dmarc_reject="reject")
    async with ingress.client() as client:
        await client.deliver("eve@nothing.test", "ada@example.com", b"From: eve@mild.test\r\n\r\nbody\r\n")
    assert ingress.accepted[-1].marks.quarantined
    assert (await told(ingress, "eve@nothing.test"))["quarantined"] == "yes"


async def test_a_trusted_forwarder_seals_what_spf_and_dkim_lose(ingress: Ingress) -> None:
    await ingress.change_settings(dmarc_reject="reject")
    changed = sealed(signed().replace(b"Subject: One", b"Subject: [list] One"))
    async with ingress.client() as client:
        said = await client.deliver("list@forwarder.example", "ada@example.com", changed)
        assert said.startswith("550 5.7.1 ")
        await ingress.change_settings(trusted_arc_sealers=["forwarder.example"])
        said = await client.deliver("list@forwarder.example", "ada@example.com", changed)
        assert said.startswith("250 ")
    found = found_in(ingress)
    assert (found.dmarc.result, found.arc.result, found.arc.sealer) == ("fail", "pass", "forwarder.example")
    assert b"\tarc=pass header.d=forwarder.example\r\n" in ingress.accepted[-1].trace_fields


async def test_nobody_is_asked_about_who_has_logged_in(ingress: Ingress, dns: DnsServer) -> None:
    async with ingress.client() as client:
        await client.start_tls(trusting(ingress))
        login = b64encode(f"\0ada@example.com\0{PASSWORD}".encode()).decode()
        assert (await client.say(f"AUTH PLAIN {login}")).startswith("235 ")
        assert (await client.deliver("ada@example.com", "ada@example.com", MESSAGE)).startswith("250 ")
    mail = ingress.accepted[-1]
    assert mail.marks.authentication is None
    assert b"Authentication-Results" not in mail.trace_fields
    assert mail.marks.fields.results_of == ("mx.example.com",)
    assert dns.queries == []


async def test_dns_that_says_nothing_holds_nobody_up_for_long(ingress: Ingress, dns: DnsServer) -> None:
    await ingress.change_settings(dns_timeout_seconds=0.1, dns_attempts=1, spf_fail="reject", dmarc_reject="reject")
    for name in ("silent.test", "_dmarc.silent.test"):
        dns.add(f"{name} DROP")
    message = b"From: eve@silent.test\r\n\r\nbody\r\n"
    async with ingress.client() as client:
        assert (await client.deliver("eve@silent.test", "ada@example.com", message)).startswith("250 ")
        asked = len(dns.queries)
        assert (await client.deliver("eve@silent.test", "ada@example.com", message)).startswith("250 ")
    assert len(dns.queries) == asked
    found = found_in(ingress)
    assert (found.spf.result, found.dmarc.result) == ("temperror", "temperror")


async def test_a_client_that_vanishes_leaves_no_question(ingress: Ingress, dns: DnsServer) -> None:
    await ingress.change_settings(discard_incomplete=False)
    dns.add("silent.test DROP")
    before = {task for task in asyncio.all_tasks() if "shared" in task.get_name()}
    async with ingress.client() as client:
        await client.begin("eve@silent.test", "ada@example.com")
        await client.say("DATA")
        await client.write(b"From: eve@silent.test\r\n\r\nnot all of it")
        await asyncio.sleep(0.1)
    async with asyncio.timeout(5):
        while not ingress.accepted:
            await asyncio.sleep(0.01)
        while {task for task in asyncio.all_tasks() if "shared" in task.get_name()} - before:
            await asyncio.sleep(0.01)
    mail = ingress.accepted[-1]
    assert mail.marks.incomplete
    assert mail.marks.authentication is None
    assert mail.marks.fields.results_of == ("mx.example.com",)
