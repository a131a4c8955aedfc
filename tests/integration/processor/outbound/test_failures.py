"""What the machinery does when parts of it fail: replicas killed, DNS broken, destinations dead, memory short."""

import asyncio
import time
import tracemalloc
from dataclasses import replace

import pytest
from pydantic import SecretStr
from tests.fakes.dns_server import DnsServer
from tests.fakes.relay import BARE, FULL, HANG, Relay
from tests.fakes.tls import server_context
from tests.integration.processor.conftest import Mailroom
from tests.integration.processor.outbound.story import AT_ONCE, FAST, Story, told
from tests.integration.processor.waiting import until

from mailcore import events
from mailcore.db import destinations
from mailcore.dns.resolver import CachingResolver
from mailcore.dns.servers import servers_of
from mailcore.mail.content import StoredContent
from mailcore.platform import Platform
from processor.jobs.leases import Leases
from processor.outbound.service import Outbound


async def test_a_replica_killed_in_mid_delivery_leaves_the_job_to_others(room: Mailroom) -> None:
    async with told(room) as (story, relay):
        relay.on("CONTENT", HANG, times=1)
        doomed = Outbound(
            room.platform,
            timeouts=replace(FAST, block=60),
            leases=Leases(room.platform.database, time.time, seconds=1.5, renew_every=60),
        )
        async with story.processor(lambda _: doomed):
            await room.publish(story.mail())
            await until(lambda: relay.lines and relay.lines[-1].startswith("BDAT"))
            # As a kill does it: nothing is ended, nothing is renewed.
            await doomed.worker.stop(0.0)
            assert [job.state for job in await room.jobs()] == ["leased"]
            other = Outbound(room.platform, timeouts=FAST)
            other.worker.start()
            await until(story.is_over, 15)
            await other.worker.stop(1.0)
            doomed.worker.start()
    assert len(relay.received) == 1
    assert len(story.events(events.MAY_BE_REPEATED)) == 1


async def test_a_replica_that_stood_still_does_not_finish_what_another_has_done(room: Mailroom) -> None:
    async with told(room, reuse_seconds=0) as (story, relay):
        relay.on("BDAT", HANG, times=1)
        frozen = Outbound(
            room.platform,
            timeouts=replace(FAST, block=60),
            leases=Leases(room.platform.database, time.time, seconds=1.5, renew_every=60),
        )
        async with story.processor(lambda _: frozen):
            await room.publish(story.mail())
            await until(lambda: relay.lines and relay.lines[-1].startswith("BDAT"))
            await frozen.worker.pause()
            other = Outbound(room.platform, timeouts=FAST)
            other.worker.start()
            await until(story.is_over, 15)
            relay.go_on()
            await until(lambda: relay.open_now == 0)
            await other.worker.stop(1.0)
            await other.close()
    assert len(relay.received) == 1
    assert sum(line.endswith(" LAST") for line in relay.lines) == 1


async def test_two_replicas_never_work_on_one_job_at_once(room: Mailroom) -> None:
    async with told(room, max_connections_per_domain=3, first_connections_per_domain=3, reuse_seconds=0) as (
        story,
        relay,
    ):
        mails = [story.mail(f"r{number}@example.org") for number in range(25)]
        await room.publish(*mails)
        async with story.processor(), story.processor():
            await until(lambda: len(relay.received) >= 25, 40)
            await until(story.is_over, 20)
    assert sorted(one.recipients[0] for one in relay.received) == sorted(f"r{n}@example.org" for n in range(25))
    assert relay.most_open <= 4  # one may still be saying QUIT
    assert story.events(events.MAY_BE_REPEATED) == []


async def test_ten_replicas_send_each_message_once(room: Mailroom) -> None:
    everything = {"max_connections_per_domain": 100, "first_connections_per_domain": 100}
    async with told(room, **everything) as (story, relay):
        others = [Outbound(room.platform, timeouts=FAST) for _ in range(9)]
        async with story.processor():
            for other in others:
                other.worker.start()
            names = [f"r{number}@example.org" for number in range(60)]
            await room.publish(*map(story.mail, names))
            await until(lambda: len(relay.received) >= len(names), 60)
            await until(story.is_over, 60)
            for other in others:
                await other.worker.stop(5.0)
                await other.close()
    assert sorted(one.recipients[0] for one in relay.received) == sorted(names)
    assert {event.detail["attempt"] for event in story.events(events.SENT)} == {"1"}
    assert story.events(events.MAY_BE_REPEATED) == []


async def test_connections_are_used_again(embedded_room: Mailroom) -> None:
    async with told(embedded_room, max_connections_per_domain=1, first_connections_per_domain=1) as (story, relay):
        await story.send(*(story.mail(f"r{number}@example.org") for number in range(6)))
    assert len(relay.received) == 6
    assert relay.connections == 1


async def test_a_waiting_connection_that_the_server_closed_is_no_failure(embedded_room: Mailroom) -> None:
    async with told(embedded_room, reuse_seconds=30) as (story, relay), story.processor():
        await embedded_room.publish(story.mail())
        await until(lambda: len(relay.received) == 1)
        await until(story.is_over)
        relay.on("MAIL", "421 4.4.2 Idle", times=1)
        await embedded_room.publish(story.mail())
        await until(lambda: len(relay.received) == 2)
        await until(story.is_over)
    assert story.events(events.JOB_FAILED) == []
    assert relay.connections == 2


async def test_a_dead_destination_rests_as_a_whole_and_holds_up_nobody(room: Mailroom) -> None:
    async with told(room, backoff_seconds=600, first_connections_per_domain=1) as (story, relay):
        async with Relay() as dead:
            await story.set(routes={"example.org": relay.address, "dead.test": dead.address})
        mails = [story.mail(f"r{number}@dead.test") for number in range(5)]
        await room.publish(*mails, story.mail())
        async with story.processor():
            await until(lambda: relay.received)
            await asyncio.sleep(0.5)
        assert len(story.events(events.JOB_FAILED)) == 1
        async with room.platform.database.read() as conn:
            known = await destinations.read(conn, "dead.test")
    assert known.failures == 1
    assert known.not_before > time.time() + 500
    assert "connect" in known.last_error


async def test_a_job_behind_a_resting_destination_is_given_up_in_time(embedded_room: Mailroom) -> None:
    async with told(embedded_room, lifetime_seconds=60) as (story, relay):
        now = time.time()
        async with embedded_room.platform.database.transaction() as conn:
            await destinations.failed(conn, "example.org", "nobody there", first_rest=1800, now=now)
        mail = story.mail(accepted_at=now - 100)
        doomed = Outbound(embedded_room.platform, timeouts=FAST, clock=lambda: time.time() + 1700)
        async with story.processor(lambda _: doomed):
            await embedded_room.publish(mail)
            await asyncio.sleep(0.5)
            assert relay.lines == []
        async with embedded_room.platform.database.transaction() as conn:
            await destinations.failed(conn, "example.org", "nobody there", first_rest=1800, now=now + 3700)
        later = Outbound(embedded_room.platform, timeouts=FAST, clock=lambda: time.time() + 3700)
        async with story.processor(lambda _: later):
            await until(lambda: story.events(events.REPORTED))
    assert relay.lines == []
    assert [job.kind for job in await embedded_room.jobs()] == ["local"]
    (given_up,) = story.events(events.NOT_SENT)
    assert given_up.detail["expired"] == "true"
    assert "nobody there" in given_up.detail["reason"]


def by_dns(room: Mailroom, server: DnsServer) -> Platform:
    return replace(room.platform, resolver=CachingResolver(servers_of(server.address)))


@pytest.mark.parametrize("trick", ["SERVFAIL", "DROP"])
async def test_dns_broken_and_then_mended(embedded_room: Mailroom, trick: str) -> None:
    async with Relay() as relay, DnsServer("example.org MX 10 mx.example.org.", "mx.example.org A 127.0.0.1") as dns:
        story = Story(embedded_room)
        await story.set(port=relay.port, **AT_ONCE)
        await story.set_smtp(dns_timeout_seconds=0.2, dns_attempts=1)
        dns.add(f"example.org MX {trick} 2" if trick == "DROP" else f"example.org MX {trick}")
        story.room = replace(embedded_room, platform=by_dns(embedded_room, dns))
        async with story.processor():
            await embedded_room.publish(story.mail())
            await until(lambda: story.events(events.JOB_FAILED))
            dns.remove("example.org")
            dns.add("example.org MX 10 mx.example.org.")
            await until(lambda: relay.received)
            await until(story.is_over)
    assert story.events(events.SENT)[0].detail["server"].startswith("mx.example.org[127.0.0.1]")


async def test_the_next_server_takes_what_the_first_does_not(embedded_room: Mailroom) -> None:
    lines = ("example.org MX 10 a.example.org.", "example.org MX 20 b.example.org.")
    async with Relay() as relay, DnsServer(*lines, "a.example.org A 127.0.0.2", "b.example.org A 127.0.0.1") as dns:
        story = Story(embedded_room)
        await story.set(port=relay.port, **AT_ONCE)
        story.room = replace(embedded_room, platform=by_dns(embedded_room, dns))
        await story.send(story.mail())
    assert len(relay.received) == 1
    assert story.events(events.JOB_FAILED) == []


async def test_a_server_is_reached_by_either_family(embedded_room: Mailroom) -> None:
    lines = ("six.test MX 10 mx.six.test.", "mx.six.test AAAA ::1", "mx.six.test A 127.0.0.2")
    four = ("four.test MX 10 mx.four.test.", "mx.four.test AAAA ::1", "mx.four.test A 127.0.0.1")
    async with Relay(host="::1") as six, DnsServer(*lines, *four) as dns:
        story = Story(embedded_room)
        story.room = replace(embedded_room, platform=by_dns(embedded_room, dns))
        await story.set(port=six.port, **AT_ONCE)
        await story.send(story.mail("bea@six.test"))
        async with Relay() as relay:
            await story.set(port=relay.port)
            await story.send(story.mail("bea@four.test"))
    assert [one.recipients for one in six.received] == [["bea@six.test"]]
    assert [one.recipients for one in relay.received] == [["bea@four.test"]]
    assert [event.detail["server"] for event in story.events(events.SENT)] == [
        f"mx.six.test[::1]:{six.port}",
        f"mx.four.test[127.0.0.1]:{relay.port}",
    ]
    assert story.events(events.JOB_FAILED) == []


async def test_a_domain_in_any_script_is_found_and_named_in_letters_that_all_know(embedded_room: Mailroom) -> None:
    lines = ("xn--fsq.test MX 10 mx.xn--fsq.test.", "mx.xn--fsq.test A 127.0.0.1")
    async with Relay(offers=BARE) as relay, DnsServer(*lines) as dns:
        story = Story(embedded_room)
        story.room = replace(embedded_room, platform=by_dns(embedded_room, dns))
        await story.set(port=relay.port, **AT_ONCE)
        await story.send(story.mail("bea@例.test", smtputf8=True))
    assert [one.recipients for one in relay.received] == [["bea@xn--fsq.test"]]


async def test_a_domain_that_takes_no_mail_is_reported(embedded_room: Mailroom) -> None:
    async with DnsServer("example.org MX 0 .") as dns:
        story = Story(embedded_room)
        await story.set(**AT_ONCE)
        story.room = replace(embedded_room, platform=by_dns(embedded_room, dns))
        await story.send(story.mail())
    (report,) = story.files("ada@example.com")
    assert b"Status: 5.1.10" in report


async def test_a_loop_is_found_by_the_name_of_the_server(embedded_room: Mailroom) -> None:
    async with Relay(name="mx.example.com") as relay:
        story = Story(embedded_room)
        await story.set(routes={"example.org": relay.address}, hostname="mx.example.com", **AT_ONCE)
        await story.send(story.mail())
    (report,) = story.files("ada@example.com")
    assert b"Status: 5.4.6" in report
    assert relay.received == []


async def test_a_smarthost_takes_everything_under_our_login_and_tls(embedded_room: Mailroom) -> None:
    async with Relay(offers=(*FULL, "AUTH PLAIN"), tls=server_context()) as relay:
        story = Story(embedded_room)
        await story.set(
            smarthost=relay.address,
            smarthost_tls="required",
            smarthost_user="ada",
            smarthost_password=SecretStr("secret").get_secret_value(),
            **AT_ONCE,
        )
        await story.send(story.mail("bea@example.org", "cas@example.net"))
    assert [one.tls for one in relay.received] == [True, True]
    assert any(line.startswith("AUTH PLAIN ") for line in relay.lines)


@pytest.mark.parametrize("offers", [("PIPELINING",), FULL], ids=["data", "chunking"])
async def test_25_mebibytes_in_bounded_memory(embedded_room: Mailroom, offers: tuple[str, ...]) -> None:
    octets = b"Subject: large\r\n\r\n" + b"x" * 70 + b"\r\n"
    octets += (b"y" * 76 + b"\r\n") * (25 * 1024 * 1024 // 78)
    async with Relay(offers=offers, keep_content=False) as relay:
        story = Story(embedded_room)
        await story.set(routes={"example.org": relay.address}, **AT_ONCE)
        mail = await embedded_room.with_stored_content(story.mail(), octets)
        assert isinstance(mail.content, StoredContent)
        del octets
        tracemalloc.start()
        try:
            await story.send(mail, seconds=60)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert len(relay.received) == 1
    assert (relay.received[0].chunks > 0) == (offers == FULL)
    assert peak < 8 * 1024 * 1024
