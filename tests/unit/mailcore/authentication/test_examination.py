import asyncio

import pytest
from tests.fakes.resolver import BUDGET, ScriptedResolver
from tests.unit.mailcore.authentication.signing import (
    IDENTITY,
    MESSAGE,
    NOW,
    examined,
    questions,
    records,
    resolver,
    signed,
)

from mailcore.authentication.examination import Examination, Limits
from mailcore.authentication.questions import Questions, SilentNames
from mailcore.authentication.results import Authentication, DmarcVerdict, SpfVerdict
from mailcore.authentication.spf.evaluation import Identity
from mailcore.dns.interface import Answer, Budget

PASSES = {"example.org": b"v=spf1 ip4:192.0.2.0/24 -all", "_dmarc.example.org": b"v=DMARC1; p=reject"}


class SilentResolver:
    """Never answers."""

    def __init__(self) -> None:
        self.queries: list[str] = []

    async def query(self, name: str, rdtype: str, *, budget: Budget) -> Answer:
        """Wait for ever."""
        self.queries.append(f"{name} {rdtype}")
        await asyncio.Event().wait()
        raise AssertionError


async def test_all_at_once() -> None:
    dns = resolver(records() | PASSES)
    found = await examined(signed(), dns)
    results = (found.spf.result, found.dkim_result, found.dmarc.result, found.arc.result)
    assert results == ("pass", "pass", "pass", "none")
    assert found.is_aligned
    assert found.vouches_for_sender
    assert sorted(dns.queries) == ["_dmarc.example.org TXT", "example.org TXT", "rsa._domainkey.example.org TXT"]


@pytest.mark.parametrize(
    ("message", "identity", "aligned", "vouches"),
    [
        (MESSAGE, IDENTITY, True, True),
        (MESSAGE, Identity("198.51.100.1", "h", "bob", "example.org"), False, False),
        (MESSAGE.replace(b"@example.org", b"@example.net"), IDENTITY, False, True),
        (signed(), Identity("198.51.100.1", "h", "x", "other.example"), True, False),
        (signed(), Identity("198.51.100.1", "h", "x", "bounces.example.org"), True, True),
        (MESSAGE, Identity("192.0.2.1", "example.org", "postmaster", "example.org", by_helo=True), True, False),
        (b"\r\n", IDENTITY, False, True),
    ],
)
async def test_who_is_vouched_for(message: bytes, identity: Identity, aligned: bool, vouches: bool) -> None:
    found = await examined(message, resolver(records() | PASSES), identity=identity)
    assert (found.is_aligned, found.vouches_for_sender) == (aligned, vouches)


async def test_a_domain_without_records() -> None:
    found = await examined(MESSAGE, resolver({}))
    assert found == Authentication(
        spf=SpfVerdict("none", "example.org", reason="example.org has no record"),
        dmarc=DmarcVerdict("none", "example.org", reason="the domain has no policy"),
    )


@pytest.mark.parametrize(
    ("message", "why"),
    [
        (b"\r\nbody\r\n", "there is no From"),
        (b"From: a@b.example\r\nFrom: c@d.example\r\n\r\n", "there is more than one From"),
    ],
)
async def test_a_message_nobody_wrote(message: bytes, why: str) -> None:
    found = await examined(message, resolver(PASSES))
    assert (found.dmarc.result, found.dmarc.reason) == ("permerror", why)
    assert not found.is_aligned


async def test_of_several_authors_the_strictest_holds() -> None:
    message = MESSAGE.replace(b"Bob <bob@example.org>", b"bob@example.org, eve@strict.example")
    dns = resolver(PASSES | {"_dmarc.strict.example": b"v=DMARC1; p=quarantine"})
    found = await examined(message, dns)
    assert (found.dmarc.result, found.dmarc.domain, found.dmarc.policy) == ("fail", "strict.example", "quarantine")
    assert not found.is_aligned


async def test_a_policy_is_sampled_by_the_lot() -> None:
    dns = {"_dmarc.example.org": b"v=DMARC1; p=reject; pct=50"}
    assert (await examined(MESSAGE, resolver(dns), lot=49)).dmarc.policy == "reject"
    assert (await examined(MESSAGE, resolver(dns), lot=50)).dmarc.policy == "quarantine"


async def test_dns_is_waited_for_no_longer_than_it_may() -> None:
    dns = SilentResolver()
    message = signed()
    examination = Examination(IDENTITY, lambda: Questions(dns, BUDGET, SilentNames()), Limits(1000, 0.01))
    section = message[: message.index(b"\r\n\r\n") + 2]
    examination.header(section)
    examination.body(message[len(section) + 2 :])
    found = await examination.finish(NOW, 0)
    assert found.spf == SpfVerdict("temperror", "example.org", reason="no answer from DNS in time")
    assert (found.dkim[0].result, found.dkim[0].reason) == ("temperror", "no answer from DNS in time")
    assert (found.dmarc.result, found.dmarc.reason) == ("temperror", "no answer from DNS in time")
    assert len(dns.queries) == 3


async def test_what_is_abandoned_asks_nothing_more() -> None:
    examination = Examination(IDENTITY, lambda: Questions(SilentResolver(), BUDGET, SilentNames()), Limits(1000, 5))
    examination.header(b"From: a@example.org\r\n")
    before = len(asyncio.all_tasks())
    examination.abandon()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert len(asyncio.all_tasks()) == before - 2


async def test_it_waits_for_nothing_that_is_there() -> None:
    dns = ScriptedResolver({})
    examination = Examination(IDENTITY, lambda: questions(dns), Limits(1000, 0))
    examination.header(b"From: a@example.org\r\n")
    await asyncio.sleep(0.01)
    assert (await examination.finish(NOW, 0)).spf.result == "none"


QUARANTINE = {"_dmarc.example.org": b"v=DMARC1; p=quarantine"}
STRICT = {"_dmarc.example.org": b"v=DMARC1; p=reject; adkim=s"}


@pytest.mark.parametrize(
    ("message", "dns", "policy", "signatures"),
    [
        (signed(), {}, "none", 0),
        (signed(), {"_dmarc.example.org": b"v=DMARC1; p=none; sp=reject"}, "none", 0),
        (signed(), QUARANTINE, "quarantine", 1),
        (signed(signed(), selector="ed"), QUARANTINE, "quarantine", 2),
        (signed(signed(), domain="other.example"), QUARANTINE, "quarantine", 1),
        (signed().replace(b"How are", b"Who are"), QUARANTINE, "quarantine", 0),
        (signed(MESSAGE.replace(b"@example.org", b"@sub.example.org")), QUARANTINE, "quarantine", 1),
        (signed(MESSAGE.replace(b"@example.org", b"@sub.example.org")), STRICT, "reject", 0),
        (MESSAGE, QUARANTINE, "quarantine", 0),
        (b"From: a@b.example\r\nFrom: c@d.example\r\n\r\n", {}, "none", 0),
    ],
)
async def test_what_a_list_has_to_know_of_the_author(
    message: bytes, dns: dict[str, bytes], policy: str, signatures: int
) -> None:
    found = await examined(message, resolver(records(rsa___domainkey__other__example=b"v=DKIM1; p=") | dns))
    assert (found.author_policy, len(found.author_signatures)) == (policy, signatures)
    assert set(map(len, found.author_signatures)) <= {32}


async def test_a_policy_that_nobody_could_tell() -> None:
    found = await examined(signed(), resolver(records(), "_dmarc.example.org"))
    assert (found.author_policy, len(found.author_signatures)) == ("unknown", 1)
