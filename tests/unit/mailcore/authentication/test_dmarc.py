import pytest
from tests.unit.mailcore.authentication.signing import questions, resolver

from mailcore.authentication.dmarc import DomainPolicy, judge, published_policy, stands_for, strictest, vouches, worst
from mailcore.authentication.dmarc_record import DmarcRecord
from mailcore.authentication.results import DkimVerdict, DmarcVerdict, SpfVerdict

DNS = {
    "_dmarc.example.org": b"v=DMARC1; p=reject; sp=quarantine",
    "_dmarc.own.example.org": b"v=DMARC1; p=none",
    "_dmarc.broken.example": b"v=DMARC1; p=maybe",
}
REJECT = DmarcRecord("reject", "reject")
STRICT = DmarcRecord("reject", "reject", strict_dkim=True, strict_spf=True)
NO_SPF = SpfVerdict()


@pytest.mark.parametrize(
    ("domain", "policy", "has_record"),
    [
        ("example.org", "reject", True),
        ("own.example.org", "none", True),
        ("other.example.org", "quarantine", True),
        ("a.b.other.example.org", "quarantine", True),
        ("example.net", "none", False),
        ("mail.example.net", "none", False),
    ],
)
async def test_what_is_published(domain: str, policy: str, has_record: bool) -> None:
    published = await published_policy(domain, questions(resolver(DNS)))
    assert (published.policy, published.record is not None, published.trouble) == (policy, has_record, "")


async def test_a_domain_of_its_own_is_asked_once() -> None:
    dns = resolver(DNS)
    await published_policy("example.net", questions(dns))
    assert dns.queries == ["_dmarc.example.net TXT"]


async def test_trouble() -> None:
    silent = await published_policy("a.example.org", questions(resolver({}, "_dmarc.example.org")))
    assert silent.is_temporary
    assert judge(silent, NO_SPF, (), 0).result == "temperror"
    broken = await published_policy("broken.example", questions(resolver(DNS)))
    assert not broken.is_temporary
    assert judge(broken, NO_SPF, (), 0) == DmarcVerdict(
        "permerror", "broken.example", reason="the record is malformed: there is no policy"
    )


@pytest.mark.parametrize(
    ("spf", "dkim", "record", "result"),
    [
        (SpfVerdict("pass", "example.org"), (), REJECT, "pass"),
        (SpfVerdict("pass", "bounces.example.org"), (), REJECT, "pass"),
        (SpfVerdict("pass", "bounces.example.org"), (), STRICT, "fail"),
        (SpfVerdict("pass", "example.org"), (), STRICT, "pass"),
        (SpfVerdict("pass", "other.example"), (), REJECT, "fail"),
        (SpfVerdict("softfail", "example.org"), (), REJECT, "fail"),
        (NO_SPF, (DkimVerdict("pass", "example.org"),), REJECT, "pass"),
        (NO_SPF, (DkimVerdict("pass", "other.example"), DkimVerdict("pass", "a.example.org")), REJECT, "pass"),
        (NO_SPF, (DkimVerdict("pass", "a.example.org"),), STRICT, "fail"),
        (NO_SPF, (DkimVerdict("fail", "example.org"), DkimVerdict("pass", "other.example")), REJECT, "fail"),
        (SpfVerdict("temperror", "example.org"), (DkimVerdict("fail", "example.org"),), REJECT, "temperror"),
        (SpfVerdict("temperror", "other.example"), (), REJECT, "fail"),
        (NO_SPF, (DkimVerdict("temperror", "example.org"),), REJECT, "temperror"),
        (NO_SPF, (DkimVerdict("temperror", "other.example"),), REJECT, "fail"),
        (NO_SPF, (DkimVerdict("neutral", "example.org", skipped=True),), REJECT, "permerror"),
        (NO_SPF, (DkimVerdict("neutral", "other.example", skipped=True),), REJECT, "fail"),
    ],
)
def test_judging(spf: SpfVerdict, dkim: tuple[DkimVerdict, ...], record: DmarcRecord, result: str) -> None:
    verdict = judge(DomainPolicy("example.org", record, record.policy), spf, dkim, 0)
    assert verdict.result == result
    assert (verdict.policy, verdict.published) == ("reject" if result == "fail" else "none", "reject")
    assert (result == "pass") is vouches("example.org", spf, dkim, record)


@pytest.mark.parametrize(
    ("policy", "lot", "asked"),
    [
        ("reject", 29, "reject"),
        ("reject", 30, "quarantine"),
        ("quarantine", 29, "quarantine"),
        ("quarantine", 99, "none"),
        ("none", 0, "none"),
        ("none", 99, "none"),
    ],
)
def test_a_policy_for_a_part_of_the_mail(policy: str, lot: int, asked: str) -> None:
    record = DmarcRecord(policy, policy, percentage=30)  # type: ignore[arg-type]  # one of them
    assert judge(DomainPolicy("example.org", record, record.policy), NO_SPF, (), lot).policy == asked


def test_of_several_authors_the_strictest_holds() -> None:
    passed, failed = DmarcVerdict("pass", "a.example"), DmarcVerdict("fail", "b.example")
    strict = DmarcVerdict("fail", "c.example", "quarantine", "quarantine")
    assert worst([passed, failed]) == failed
    assert worst([strict, failed, passed]) == strict
    assert worst([DmarcVerdict("none", "d.example"), passed]) == passed


ASKS = DomainPolicy("example.org", REJECT, "reject")
SILENT = DomainPolicy("example.net", trouble="no answer", is_temporary=True)
BROKEN = DomainPolicy("broken.example", trouble="malformed")
MILD = DomainPolicy("mild.example", DmarcRecord("quarantine", "none"), "quarantine")


@pytest.mark.parametrize(
    ("published", "policy"),
    [
        ((), "none"),
        ((DomainPolicy("example.org"),), "none"),
        ((BROKEN,), "none"),
        ((SILENT,), "unknown"),
        ((DomainPolicy("example.org"), SILENT), "unknown"),
        ((BROKEN, SILENT, MILD), "quarantine"),
        ((MILD, ASKS, SILENT), "reject"),
        ((DomainPolicy("example.org", DmarcRecord("reject", "reject", percentage=0), "reject"),), "reject"),
    ],
)
def test_what_authors_ask_for(published: tuple[DomainPolicy, ...], policy: str) -> None:
    assert strictest(published) == policy


@pytest.mark.parametrize(
    ("domain", "published", "expected"),
    [
        ("example.org", (), False),
        ("example.org", (ASKS,), True),
        ("mail.example.org", (ASKS,), True),
        ("mail.example.org", (DomainPolicy("example.org", STRICT, "reject"),), False),
        ("example.org", (DomainPolicy("example.org", STRICT, "reject"),), True),
        ("example.org", (ASKS, MILD), False),
        ("example.net", (ASKS,), False),
        # How closely a domain wants it that nobody knows anything of, nobody knows.
        ("mail.example.net", (SILENT,), False),
        ("example.net", (SILENT,), True),
        ("mail.broken.example", (BROKEN,), True),
    ],
)
def test_whose_signature_stands_for_all_authors(
    domain: str, published: tuple[DomainPolicy, ...], expected: bool
) -> None:
    assert stands_for(domain, published) is expected
