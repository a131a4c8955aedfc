"""DANE end to end: what becomes of mail to a domain whose servers have TLSA records (RFC 7672)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from tests.fakes.authority import Issued
from tests.fakes.dns_server import DnsServer
from tests.fakes.relay import BREAK, Relay
from tests.integration.processor.conftest import Mailroom
from tests.integration.processor.outbound.story import AT_ONCE, Story
from tests.integration.processor.outbound.test_failures import by_dns
from tests.integration.processor.waiting import until

from mailcore import events
from mailcore.db.tls_results import TlsResult, TlsResultList

ROOT = Issued.root()
SERVER = ROOT.server("mx.example.org")
RIGHT = f"3 1 1 {sha256(SERVER.spki).hexdigest()}"
WRONG = f"3 1 1 {'ab' * 32}"
SIGNED = ("example.org MX AD", "mx.example.org A AD", "mx.example.org AAAA AD")
"""The zone is signed, and the resolver has verified it."""
ZONE = ("example.org MX 10 mx.example.org.", "mx.example.org A 127.0.0.1")


@asynccontextmanager
async def told(
    room: Mailroom,
    *lines: str,
    relay: Relay | None = None,
    tlsa: str = "",
    is_vouched_for: bool = True,
    **settings: Any,
) -> AsyncIterator[tuple[Story, Relay, DnsServer]]:
    async with relay or Relay(tls=SERVER.server_context()) as server, DnsServer(*lines) as dns:
        if tlsa:
            owner = f"_{server.port}._tcp.mx.example.org"
            dns.add(f"{owner} TLSA {tlsa}")
            if is_vouched_for:
                dns.add(f"{owner} TLSA AD")
        story = Story(room)
        await story.set(port=server.port, **{**AT_ONCE, "dane": True, **settings})
        story.room = replace(room, platform=by_dns(room, dns))
        yield story, server, dns


async def results(room: Mailroom) -> list[TlsResult]:
    found = TlsResultList(room.platform.database)
    return list((await found.list(None, 100, day=None, domain=None, failed=None)).items)


async def test_a_server_that_is_what_its_records_name(room: Mailroom) -> None:
    async with told(room, *ZONE, *SIGNED, tlsa=RIGHT) as (story, relay, _):
        await story.send(story.mail())
    assert relay.received[0].tls
    (sent,) = story.events(events.SENT)
    assert sent.detail["tls"].endswith(" verified")
    assert sent.detail["tls_policy"] == "DANE"
    (result,) = await results(room)
    assert (result.domain, result.policy_type, result.result_type, result.count) == ("example.org", "tlsa", None, 1)
    assert result.policy[0].lower() == RIGHT


async def test_a_server_below_a_trust_anchor(embedded_room: Mailroom) -> None:
    tlsa = f"2 0 1 {sha256(ROOT.der).hexdigest()}"
    async with told(embedded_room, *ZONE, *SIGNED, tlsa=tlsa) as (story, relay, _):
        await story.send(story.mail())
    assert relay.received[0].tls


@pytest.mark.parametrize("attack", ["another certificate", "no STARTTLS", "STARTTLS refused", "TLS broken"])
async def test_nothing_is_sent_to_a_server_that_may_be_another(embedded_room: Mailroom, attack: str) -> None:
    context = None if attack == "no STARTTLS" else SERVER.server_context()
    relay = Relay(tls=context)
    if attack == "STARTTLS refused":
        relay.on("STARTTLS", "454 4.7.0 Not now")
    if attack == "TLS broken":
        relay.on("STARTTLS", BREAK)
    tlsa = WRONG if attack == "another certificate" else RIGHT
    async with told(embedded_room, *ZONE, *SIGNED, relay=relay, tlsa=tlsa) as (story, _, _), story.processor():
        await embedded_room.publish(story.mail())
        await until(lambda: len(story.events(events.JOB_FAILED)) >= 2)
        assert not any(line.startswith("MAIL") for line in relay.lines)
    assert relay.received == []
    assert story.events(events.JOB_FAILED)[0].stage == "delivery"
    expected = {
        "another certificate": "certificate-not-trusted",
        "no STARTTLS": "starttls-not-supported",
        "STARTTLS refused": "starttls-not-supported",
        "TLS broken": "validation-failure",
    }[attack]
    (result,) = await results(embedded_room)
    assert (result.policy_type, result.result_type) == ("tlsa", expected)
    assert (result.mx_host, result.receiving_ip, result.sending_ip) == ("mx.example.org", "127.0.0.1", "127.0.0.1")
    assert result.count >= 2


async def test_records_that_are_bogus_put_mail_off_until_they_are_not(room: Mailroom) -> None:
    async with told(room, *ZONE, *SIGNED, tlsa=RIGHT) as (story, relay, dns):
        owner = f"_{relay.port}._tcp.mx.example.org"
        dns.add(f"{owner} SERVFAIL")
        async with story.processor():
            await room.publish(story.mail())
            await until(lambda: story.events(events.JOB_FAILED))
            assert relay.lines == []
            assert "bogus" in story.events(events.JOB_FAILED)[0].detail["reason"]
            dns.remove(owner)
            dns.add(f"{owner} TLSA {RIGHT}")
            dns.add(f"{owner} TLSA AD")
            await until(lambda: relay.received)
            await until(story.is_over)


async def test_the_next_server_takes_what_may_not_go_to_the_first(embedded_room: Mailroom) -> None:
    lines = ("example.org MX 5 bad.example.org.", "bad.example.org A 127.0.0.1", "bad.example.org A AD")
    async with told(embedded_room, *ZONE, *SIGNED, *lines, tlsa=RIGHT) as (story, relay, dns):
        dns.add(f"_{relay.port}._tcp.bad.example.org TLSA {WRONG}")
        dns.add(f"_{relay.port}._tcp.bad.example.org TLSA AD")
        await story.send(story.mail())
    assert len(relay.received) == 1
    assert story.events(events.SENT)[0].detail["server"].startswith("mx.example.org")


@pytest.mark.parametrize(
    "lines",
    [
        (*ZONE, *SIGNED),
        ZONE,
    ],
    ids=["records not verified", "addresses not verified"],
)
async def test_what_nobody_vouches_for_demands_nothing(embedded_room: Mailroom, lines: tuple[str, ...]) -> None:
    is_signed = "mx.example.org A AD" in lines
    async with told(embedded_room, *lines, relay=Relay(), tlsa=WRONG, is_vouched_for=not is_signed) as (
        story,
        relay,
        dns,
    ):
        await story.send(story.mail())
        asked = [query for query in dns.queries if query.endswith(" TLSA")]
    assert not relay.received[0].tls
    # Servers of zones that are not signed may not answer to such questions at all.
    assert bool(asked) == is_signed


async def test_records_of_which_none_can_be_used_demand_tls_of_any_kind(embedded_room: Mailroom) -> None:
    tlsa = f"1 1 1 {'ab' * 32}"
    async with told(embedded_room, *ZONE, *SIGNED, tlsa=tlsa) as (story, relay, _):
        await story.send(story.mail())
    assert relay.received[0].tls
    assert {result.result_type for result in await results(embedded_room)} == {None, "tlsa-invalid"}
    async with told(embedded_room, *ZONE, *SIGNED, relay=Relay(), tlsa=tlsa) as (story, relay, _), story.processor():
        await embedded_room.publish(story.mail())
        await until(lambda: story.events(events.JOB_FAILED))
        assert relay.received == []


@pytest.mark.parametrize("settings", [{"dane": False}, {"tls_domains": {"example.org": "opportunistic"}}])
async def test_the_operator_has_the_last_word(embedded_room: Mailroom, settings: dict[str, Any]) -> None:
    async with told(embedded_room, *ZONE, *SIGNED, tlsa=WRONG, **settings) as (story, relay, dns):
        await story.send(story.mail())
        assert not any(query.endswith(" TLSA") for query in dns.queries)
    assert relay.received[0].tls
