from typing import Any

import pytest
from tests.fakes.resolver import ScriptedResolver
from tests.unit.mailcore.authentication.signing import questions

from mailcore.authentication.results import SpfVerdict
from mailcore.authentication.spf.evaluation import Identity, evaluate
from mailcore.dns.interface import Answer, Mx

# RFC 7208 appendix A
ZONE: dict[str, list[Any]] = {
    "example.com A": ["192.0.2.10", "192.0.2.11"],
    "example.com MX": [Mx(10, "mail-a.example.com"), Mx(20, "mail-b.example.com")],
    "amy.example.com A": ["192.0.2.65"],
    "bob.example.com A": ["192.0.2.66"],
    "mail-a.example.com A": ["192.0.2.129"],
    "mail-b.example.com A": ["192.0.2.130"],
    "mail-a.example.com AAAA": ["2001:db8::129"],
    "10.2.0.192.in-addr.arpa PTR": ["example.com"],
    "65.2.0.192.in-addr.arpa PTR": ["amy.example.com"],
    "66.2.0.192.in-addr.arpa PTR": ["bob.example.com", "forged.example.com"],
    "forged.example.com A": ["192.0.2.99"],
    "example.org MX": [Mx(10, "mail-c.example.org")],
    "mail-c.example.org A": ["192.0.2.140"],
    "none.example TXT": [b"something else"],
    "two.example TXT": [b"v=spf1 -all", b"v=spf1 +all"],
    "loop.example TXT": [b"v=spf1 include:loop.example -all"],
    "silent.example TXT": [],
    "no-records.example TXT": [b"v=spf1 include:nothing.example -all"],
    "to-nothing.example TXT": [b"v=spf1 redirect=nothing.example"],
    "broken.example TXT": [b"v=spf1 rubbish"],
}


def dns(record: str = "", more: dict[str, list[Any]] | None = None) -> ScriptedResolver:
    zone = ZONE | (more or {})
    if record:
        zone["example.com TXT"] = [record.encode()]
    answers = {question: Answer("found", tuple(records), 300) for question, records in zone.items()}
    return ScriptedResolver(answers | {"silent.example TXT": Answer("no_answer"), "silent.test A": Answer("no_answer")})


async def asked(
    record: str, ip: str = "192.0.2.65", sender: str = "amy@example.com", more: dict[str, list[Any]] | None = None
) -> SpfVerdict:
    local_part, _, domain = sender.rpartition("@")
    return await evaluate(Identity(ip, "amy.example.com", local_part, domain), questions(dns(record, more)))


@pytest.mark.parametrize(
    ("record", "ip", "result"),
    [
        ("v=spf1 +all", "192.0.2.99", "pass"),
        ("v=spf1 a -all", "192.0.2.10", "pass"),
        ("v=spf1 a -all", "192.0.2.65", "fail"),
        ("v=spf1 a:example.org -all", "192.0.2.10", "fail"),
        ("v=spf1 mx -all", "192.0.2.129", "pass"),
        ("v=spf1 mx -all", "2001:db8::129", "pass"),
        ("v=spf1 mx:example.org -all", "192.0.2.140", "pass"),
        ("v=spf1 mx mx:example.org -all", "192.0.2.130", "pass"),
        ("v=spf1 mx/30 mx:example.org/30 -all", "192.0.2.131", "pass"),
        ("v=spf1 mx/30 mx:example.org/30 -all", "192.0.2.143", "pass"),
        ("v=spf1 mx/30 mx:example.org/30 -all", "192.0.2.144", "fail"),
        ("v=spf1 ptr -all", "192.0.2.65", "pass"),
        ("v=spf1 ptr -all", "192.0.2.140", "fail"),
        ("v=spf1 ptr:amy.example.com -all", "192.0.2.66", "fail"),
        ("v=spf1 ip4:192.0.2.128/28 -all", "192.0.2.65", "fail"),
        ("v=spf1 ip4:192.0.2.128/28 -all", "192.0.2.129", "pass"),
        ("v=spf1 ip4:192.0.2.0/24 -all", "::ffff:192.0.2.129", "pass"),
        ("v=spf1 ip6:2001:db8::/32 -all", "2001:db8::1%eth0", "pass"),
        ("v=spf1 ip6:2001:db8::/32 ~all", "192.0.2.1", "softfail"),
        ("v=spf1 exists:%{l}.example.com -all", "192.0.2.1", "pass"),
        ("v=spf1 exists:%{p}.nothing.example ?all", "192.0.2.1", "neutral"),
        ("v=spf1 include:none.example -all", "192.0.2.1", "permerror"),
        ("v=spf1", "192.0.2.1", "neutral"),
        ("v=spf1 redirect=two.example", "192.0.2.1", "permerror"),
        ("v=spf1 redirect=to-nothing.example", "192.0.2.1", "permerror"),
        ("v=spf1 -all redirect=silent.example", "192.0.2.1", "fail"),
        ("v=spf1 include:silent.example -all", "192.0.2.1", "temperror"),
        ("v=spf1 a:silent.test -all", "192.0.2.1", "temperror"),
        ("v=spf1 include:broken.example +all", "192.0.2.1", "permerror"),
        ("v=spf1 +all rubbish", "192.0.2.1", "permerror"),
        ("v=spf1 a:..example.com -all", "192.0.2.1", "fail"),
    ],
)
async def test_results(record: str, ip: str, result: str) -> None:
    verdict = await asked(record, ip)
    assert verdict.result == result, verdict
    assert verdict.domain == "example.com"
    assert verdict.reason


@pytest.mark.parametrize(
    ("domain", "result"),
    [
        ("none.example", "none"),
        ("nothing.example", "none"),
        ("two.example", "permerror"),
        ("silent.example", "temperror"),
        ("loop.example", "permerror"),
        ("no-records.example", "permerror"),
        ("localhost", "none"),
        ("[192.0.2.1]", "none"),
        ("a..example", "none"),
        ("a" * 64 + ".example", "none"),
    ],
)
async def test_domains(domain: str, result: str) -> None:
    assert (await asked("", sender=f"amy@{domain}")).result == result


async def test_what_decided_is_told() -> None:
    assert (await asked("v=spf1 a mx -all")).reason == "-all of example.com"
    assert (await asked("v=spf1 ip4:192.0.2.0/24 -all")).reason == "ip4:192.0.2.0/24 of example.com"
    assert (await asked("v=spf1 mx")).reason == "nothing of example.com matches"
    assert len((await asked("v=spf1 exists:" + "a" * 5000 + ".example/ -all")).reason) <= 200


async def test_no_more_than_ten_terms_ask() -> None:
    record = "v=spf1 " + " ".join(["a:example.com"] * 10)
    assert (await asked(f"{record} -all")).result == "fail"
    assert (await asked(f"{record} a:example.com -all")).result == "permerror"
    assert (await asked(f"{record} redirect=example.org")).result == "permerror"


async def test_no_more_than_two_questions_find_nothing() -> None:
    assert (await asked("v=spf1 a:n1.example mx:n2.example -all")).result == "fail"
    assert (await asked("v=spf1 a:n1.example mx:n2.example exists:n3.example -all")).result == "permerror"


async def test_no_more_than_ten_mail_servers() -> None:
    record = "v=spf1 mx:many.example -all"
    ten = [Mx(10, f"mx{n}.example.net") for n in range(10)]
    more: dict[str, list[Any]] = {f"mx{n}.example.net A": ["192.0.2.200"] for n in range(11)}
    assert (await asked(record, more=more | {"many.example MX": ten})).result == "fail"
    many = [*ten, Mx(10, "mx10.example.net")]
    assert (await asked(record, more=more | {"many.example MX": many})).result == "permerror"


async def test_nothing_is_asked_that_is_not_needed() -> None:
    resolver = dns("v=spf1 ip4:192.0.2.65 a mx ptr include:silent.example -all")
    verdict = await evaluate(Identity("192.0.2.65", "amy", "amy", "example.com"), questions(resolver))
    assert verdict.result == "pass"
    assert resolver.queries == ["example.com TXT"]


async def test_the_null_sender_is_judged_by_helo() -> None:
    found = await evaluate(
        Identity("192.0.2.65", "example.com", "postmaster", "example.com", by_helo=True), questions(dns("v=spf1 -all"))
    )
    assert found == SpfVerdict("fail", "example.com", by_helo=True, reason="-all of example.com")
