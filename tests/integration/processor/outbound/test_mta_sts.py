"""MTA-STS end to end: what becomes of mail to a domain with a policy (RFC 8461)."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256

import pytest
from tests.fakes.authority import Issued
from tests.fakes.dns_server import DnsServer
from tests.fakes.https_server import HttpsServer
from tests.fakes.relay import Relay
from tests.integration.processor.conftest import Mailroom
from tests.integration.processor.outbound.story import AT_ONCE, FAST, Story
from tests.integration.processor.outbound.test_dane import results
from tests.integration.processor.outbound.test_failures import by_dns
from tests.integration.processor.waiting import until

from mailcore import events
from mailcore.db import sts_policies
from mailcore.db.sts_policies import KeptPolicy
from mailcore.mail.incoming import Incoming
from mailcore.platform import Platform
from processor.outbound.service import Outbound
from processor.outbound.tls.sts_policy import MOST_OCTETS

ROOT = Issued.root()
OTHER_ROOT = Issued.root("Other Root")
SERVER = ROOT.server("mx.example.org")
WEB = ROOT.server("mta-sts.example.org")
ZONE = (
    "example.org MX 10 mx.example.org.",
    "mx.example.org A 127.0.0.1",
    "mta-sts.example.org A 127.0.0.1",
)
RECORD = '_mta-sts.example.org TXT "v=STSv1; id=1;"'


def policy(mode: str = "enforce", mx: str = "mx.example.org", max_age: int = 86400) -> str:
    return f"version: STSv1\nmode: {mode}\nmx: {mx}\nmax_age: {max_age}\n"


class Told:
    """A story with a relay, a zone and a web server."""

    def __init__(self, room: Mailroom, relay: Relay, web: HttpsServer, dns: DnsServer) -> None:
        self.story = Story(room)
        self.relay, self.web, self.dns = relay, web, dns
        self.ahead = 0.0
        """How far the clock of delivery is put forward."""

    def outbound(self, platform: Platform) -> Outbound:
        """Give what delivers."""
        return Outbound(
            platform,
            timeouts=FAST,
            trusted=ROOT.trusting(),
            clock=lambda: time.time() + self.ahead,
            https_port=self.web.port,
        )

    async def send(self, mail: Incoming) -> None:
        """Send a message until it is gone."""
        before = len(self.relay.received)
        async with self.story.processor(self.outbound):
            await self.story.room.publish(mail)
            await until(lambda: len(self.relay.received) > before)
            await until(self.story.is_over)

    async def fail(self, mail: Incoming) -> str:
        """Send a message until it has been put off; give why."""
        before = len(self.story.events(events.JOB_FAILED))
        async with self.story.processor(self.outbound):
            await self.story.room.publish(mail)
            await until(lambda: len(self.story.events(events.JOB_FAILED)) > before)
        return self.story.events(events.JOB_FAILED)[-1].detail["reason"]

    async def kept(self) -> KeptPolicy:
        """Give what the database has."""
        async with self.story.room.platform.database.read() as conn:
            return await sts_policies.read(conn, "example.org")


@asynccontextmanager
async def told(
    room: Mailroom, *lines: str, text: str = "", relay: Relay | None = None, web: Issued = WEB
) -> AsyncIterator[Told]:
    async with (
        relay or Relay(tls=SERVER.server_context()) as server,
        HttpsServer(web.server_context(), text or policy()) as https,
        DnsServer(*ZONE, *(lines or (RECORD,))) as dns,
    ):
        told = Told(room, server, https, dns)
        # Tried again at once, a job may be in somebody's hand when he is stopped, and his until the lease is over.
        await told.story.set(port=server.port, **{**AT_ONCE, "retry_seconds": [1]})
        told.story.room = Mailroom(by_dns(room, dns), room.heard)
        yield told


async def test_a_server_that_is_what_the_policy_wants(room: Mailroom) -> None:
    async with told(room) as it:
        await it.send(it.story.mail())
        await it.send(it.story.mail())
        (asked,) = it.web.asked
        assert asked.line == "GET /.well-known/mta-sts.txt HTTP/1.1"
        assert asked.headers["host"] == f"mta-sts.example.org:{it.web.port}"
        assert (await it.kept()).policy_id == "1"
    (sent, _) = it.story.events(events.SENT)
    assert sent.detail["tls"].endswith(" verified")
    assert sent.detail["tls_policy"] == "MTA-STS"
    (result,) = await results(room)
    assert (result.policy_type, result.result_type) == ("sts", None)
    assert result.policy == tuple(policy().splitlines())


@pytest.mark.parametrize(
    ("server", "kind"),
    [
        (OTHER_ROOT.server("mx.example.org"), "certificate-not-trusted"),
        (ROOT.server("mx.example.net"), "certificate-host-mismatch"),
        (ROOT.server("mx.example.org", days=(-9, -1)), "certificate-expired"),
        (None, "starttls-not-supported"),
    ],
)
async def test_enforced_nothing_goes_to_others_and_tested_it_does(
    embedded_room: Mailroom, server: Issued | None, kind: str
) -> None:
    relay = Relay(tls=None if server is None else server.server_context())
    async with told(embedded_room, relay=relay) as it:
        await it.fail(it.story.mail())
        assert relay.received == []
        assert not any(line.startswith("MAIL") for line in relay.lines)
        it.dns.remove("_mta-sts.example.org")
        it.dns.add('_mta-sts.example.org TXT "v=STSv1; id=2;"')
        it.web.body = policy("testing").encode()
        it.story.room = Mailroom(by_dns(it.story.room, it.dns), it.story.room.heard)
        await it.send(it.story.mail())
    assert relay.received[0].tls is (server is not None)
    assert it.story.events(events.SENT)[0].detail["tls_policy"] == "MTA-STS (testing): not met"
    assert {(result.policy_type, result.result_type) for result in await results(embedded_room)} == {("sts", kind)}


async def test_a_server_that_the_policy_does_not_name(embedded_room: Mailroom) -> None:
    async with told(embedded_room, text=policy(mx="*.example.net")) as it:
        assert "not named" in await it.fail(it.story.mail())
        assert it.relay.lines == []


async def test_a_policy_that_was_seen_holds_whatever_becomes_of_dns_and_web(room: Mailroom) -> None:
    async with told(room, relay=Relay()) as it:
        await it.fail(it.story.mail())
        it.dns.remove("_mta-sts.example.org")
        it.web.status = "404 Not Found"
        it.story.room = Mailroom(by_dns(room, it.dns), room.heard)
        await it.fail(it.story.mail())
        it.dns.add('_mta-sts.example.org TXT "v=STSv1; id=2;"')
        it.story.room = Mailroom(by_dns(room, it.dns), room.heard)
        await it.fail(it.story.mail())
        assert (await it.kept()).policy_id == "1"
        assert "404" in (await it.kept()).last_error
        assert it.relay.received == []
        # Until it is too old.
        it.ahead = 86500.0
        await it.send(it.story.mail())
    assert ("sts", "sts-policy-fetch-error") in {(one.policy_type, one.result_type) for one in await results(room)}


async def test_a_new_id_brings_a_new_policy_and_a_day_the_same_one_anew(embedded_room: Mailroom) -> None:
    async with told(embedded_room, text=policy(max_age=604800)) as it:
        await it.send(it.story.mail())
        first = await it.kept()
        it.ahead = 86500.0
        await it.send(it.story.mail())
        second = await it.kept()
        assert second.expires_at > first.expires_at + 86000
        it.dns.remove("_mta-sts.example.org")
        it.dns.add('_mta-sts.example.org TXT "v=STSv1; id=2;"')
        it.web.body = policy("none").encode()
        it.story.room = Mailroom(by_dns(embedded_room, it.dns), embedded_room.heard)
        await it.send(it.story.mail())
        assert (await it.kept()).policy_id == "2"
        assert len(it.web.asked) == 3
    assert "tls_policy" not in it.story.events(events.SENT)[-1].detail


@pytest.mark.parametrize(
    ("status", "body", "content_type", "why"),
    [
        ("404 Not Found", policy(), "text/plain", "answered 404"),
        ("301 Moved Permanently", policy(), "text/plain", "answered 301"),
        ("200 OK", policy(), "text/html", "text/plain"),
        ("200 OK", "nothing of the kind", "text/plain", "no line"),
        ("200 OK", policy() + "x: y\n" * (MOST_OCTETS // 5), "text/plain", f"more than {MOST_OCTETS} octets"),
    ],
)
async def test_where_no_policy_can_be_had_mail_goes_as_without(
    embedded_room: Mailroom, status: str, body: str, content_type: str, why: str
) -> None:
    async with told(embedded_room, relay=Relay()) as it:
        it.web.status, it.web.body, it.web.content_type = status, body.encode(), content_type
        it.web.extra = f"Location: https://mta-sts.example.org:{it.web.port}/elsewhere\r\n"
        await it.send(it.story.mail())
        await it.send(it.story.mail())
        assert why in (await it.kept()).last_error
        # It is asked again after some minutes, and not by every message.
        assert len(it.web.asked) == 1


@pytest.mark.parametrize("web", [OTHER_ROOT.server("mta-sts.example.org"), ROOT.server("example.org")])
async def test_a_policy_of_a_web_server_that_may_be_another_is_none(embedded_room: Mailroom, web: Issued) -> None:
    async with told(embedded_room, relay=Relay(), web=web) as it:
        await it.send(it.story.mail())
        assert it.web.asked == []
        assert (await it.kept()).policy == ""
    assert "sts-webpki-invalid" in {one.result_type for one in await results(embedded_room)}


async def test_dane_goes_before_mta_sts(embedded_room: Mailroom) -> None:
    own = Issued.root("mx.example.org")  # which no authority knows
    async with told(embedded_room, relay=Relay(tls=own.server_context()), text=policy(mx="other.test")) as it:
        await it.story.set(dane=True)
        for line in (
            "example.org MX AD",
            "mx.example.org A AD",
            f"_{it.relay.port}._tcp.mx.example.org TLSA 3 1 1 {sha256(own.spki).hexdigest()}",
            f"_{it.relay.port}._tcp.mx.example.org TLSA AD",
        ):
            it.dns.add(line)
        await it.send(it.story.mail())
    assert it.story.events(events.SENT)[0].detail["tls_policy"] == "DANE"


async def test_dane_of_a_host_does_not_make_it_one_of_the_domains(embedded_room: Mailroom) -> None:
    async with told(embedded_room, text=policy(mx="other.test")) as it:
        await it.story.set(dane=True)
        for line in (
            "mx.example.org A AD",
            f"_{it.relay.port}._tcp.mx.example.org TLSA 3 1 1 {sha256(SERVER.spki).hexdigest()}",
            f"_{it.relay.port}._tcp.mx.example.org TLSA AD",
        ):
            it.dns.add(line)
        assert "not named" in await it.fail(it.story.mail())


async def test_it_can_be_switched_off(embedded_room: Mailroom) -> None:
    async with told(embedded_room, relay=Relay()) as it:
        await it.story.set(mta_sts=False)
        await it.send(it.story.mail())
        assert it.web.asked == []
        assert not any("_mta-sts" in query for query in it.dns.queries)
