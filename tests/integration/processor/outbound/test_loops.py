"""Mail that DNS would lead back to this server, by whatever name or address."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from tests.fakes.dns_server import DnsServer
from tests.fakes.relay import Relay
from tests.integration.processor.conftest import Mailroom
from tests.integration.processor.outbound.story import AT_ONCE, Story

from mailcore import events
from mailcore.dns.resolver import CachingResolver
from mailcore.dns.servers import servers_of

ELSEWHERE = "203.0.113.5"
"""What a router has for us."""


def of_an_interface() -> str:
    """Give an address that the kernel calls local: one that others may know, where there is any."""
    listed: list[str] = re.findall(
        r"\|-- ([\d.]+)\n\s+/32 host LOCAL", Path("/proc/net/fib_trie").read_text(encoding="ascii")
    )
    return min(listed, key=lambda address: (address.startswith("127."), address))


def told_by(dns: DnsServer, room: Mailroom) -> Story:
    platform = replace(room.platform, resolver=CachingResolver(servers_of(dns.address)))
    return Story(replace(room, platform=platform))


def of_this_machine() -> str:
    return "127.0.0.1"


@pytest.mark.parametrize("address_of", [of_this_machine, of_an_interface])
async def test_a_server_at_an_address_of_this_machine(embedded_room: Mailroom, address_of: Callable[[], str]) -> None:
    lines = ("example.org MX 10 mail.example.org.", "example.org MX 20 backup.example.org.")
    async with DnsServer(*lines, f"mail.example.org A {address_of()}", "backup.example.org A 203.0.113.9") as dns:
        story = told_by(dns, embedded_room)
        await story.set(**AT_ONCE)
        await story.send(story.mail())
    (report,) = story.files("ada@example.com")
    assert b"Status: 5.4.6" in report
    assert b"leads back to this server" in report
    assert await embedded_room.jobs() == []


async def test_a_server_at_an_address_that_settings_call_ours(embedded_room: Mailroom) -> None:
    async with DnsServer("example.org MX 10 mail.example.org.", f"mail.example.org A {ELSEWHERE}") as dns:
        story = told_by(dns, embedded_room)
        await story.set(own_addresses=["203.0.113.0/29"], **AT_ONCE)
        await story.send(story.mail())
    (report,) = story.files("ada@example.com")
    assert b"Status: 5.4.6" in report


async def test_as_a_backup_mail_goes_to_who_is_preferred_to_us_and_to_nobody_else(embedded_room: Mailroom) -> None:
    lines = (
        "example.org MX 5 primary.example.org.",
        "example.org MX 10 backup.example.org.",
        "example.org MX 10 other.example.org.",
        "example.org MX 20 last.example.org.",
        "primary.example.org A 127.0.0.2",
        f"backup.example.org A {ELSEWHERE}",
        "other.example.org A 127.0.0.1",
        "last.example.org A 127.0.0.1",
    )
    async with Relay() as relay, DnsServer(*lines) as dns:
        story = told_by(dns, embedded_room)
        # Nobody is there at 127.0.0.2; the relay, which is, stands where ours and less preferred ones do.
        await story.set(own_addresses=[ELSEWHERE], port=relay.port, **{**AT_ONCE, "lifetime_seconds": 0})
        await story.send(story.mail())
        assert relay.connections == 0
        (report,) = story.files("ada@example.com")
        assert b"primary.example.org" in report
        assert b"5.4.6" not in report
        dns.remove("primary.example.org")
        dns.add("primary.example.org A 127.0.0.1")
        story = told_by(dns, embedded_room)
        await story.send(story.mail())
    assert len(relay.received) == 1
    assert [event.detail["server"].split("[")[0] for event in story.events(events.SENT)] == ["primary.example.org"]
