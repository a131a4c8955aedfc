import pytest
from tests.fakes.resolver import BUDGET, ScriptedResolver, found

from mailcore.dns.interface import Answer
from mailcore.dns.reverse import MOST_NAMES, ReverseNames, confirmed_name, forward_confirmed, reverse

NO_ANSWER = Answer("no_answer")


@pytest.mark.parametrize(
    ("ip", "name"),
    [
        ("192.0.2.1", "1.2.0.192.in-addr.arpa"),
        ("::ffff:192.0.2.1", "1.2.0.192.in-addr.arpa"),
        ("2001:db8::1", "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"),
        ("fe80::1%eth0", "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.e.f.ip6.arpa"),
    ],
)
async def test_the_name_that_is_asked_for(ip: str, name: str) -> None:
    resolver = ScriptedResolver({f"{name} PTR": found("a.test", "b.test")})
    assert await reverse(resolver, ip, BUDGET) == ReverseNames("found", ("a.test", "b.test"))
    assert resolver.queries == [f"{name} PTR"]


@pytest.mark.parametrize(
    ("answer", "status"),
    [(Answer("no_name"), "missing"), (Answer("no_data"), "missing"), (found(), "missing"), (NO_ANSWER, "no_answer")],
)
async def test_no_name(answer: Answer, status: str) -> None:
    resolver = ScriptedResolver({"1.2.0.192.in-addr.arpa PTR": answer})
    names = await reverse(resolver, "192.0.2.1", BUDGET)
    assert (names.status, names.names) == (status, ())


async def test_no_more_names_than_can_be_looked_at() -> None:
    resolver = ScriptedResolver({"1.2.0.192.in-addr.arpa PTR": found(*(f"{n}.test" for n in range(100)))})
    assert len((await reverse(resolver, "192.0.2.1", BUDGET)).names) == MOST_NAMES


@pytest.mark.parametrize(
    ("ip", "rdtype", "answer", "verdict"),
    [
        ("192.0.2.1", "A", found("192.0.2.9", "192.0.2.1"), "confirmed"),
        ("::ffff:192.0.2.1", "A", found("192.0.2.1"), "confirmed"),
        ("192.0.2.1", "A", found("192.0.2.9"), "differs"),
        ("192.0.2.1", "A", Answer("no_name"), "differs"),
        ("192.0.2.1", "A", Answer("no_data"), "differs"),
        ("192.0.2.1", "A", NO_ANSWER, "no_answer"),
        ("2001:db8:0:0::1", "AAAA", found("2001:db8::1"), "confirmed"),
        ("2001:db8::1", "AAAA", found("2001:db8::2"), "differs"),
    ],
)
async def test_whether_a_name_leads_back(ip: str, rdtype: str, answer: Answer, verdict: str) -> None:
    resolver = ScriptedResolver({f"a.test {rdtype}": answer})
    assert await forward_confirmed(resolver, ip, "a.test", BUDGET) == verdict
    assert resolver.queries == [f"a.test {rdtype}"]


@pytest.mark.parametrize(
    ("a", "b", "result"),
    [
        (found("192.0.2.1"), found("192.0.2.1"), ("a.test", "confirmed")),
        (found("192.0.2.9"), found("192.0.2.1"), ("b.test", "confirmed")),
        (NO_ANSWER, found("192.0.2.1"), ("b.test", "confirmed")),
        (NO_ANSWER, found("192.0.2.9"), (None, "no_answer")),
        (Answer("no_name"), found("192.0.2.9"), (None, "differs")),
    ],
)
async def test_one_of_the_names_is_enough(a: Answer, b: Answer, result: tuple[str | None, str]) -> None:
    resolver = ScriptedResolver({"a.test A": a, "b.test A": b})
    assert await confirmed_name(resolver, "192.0.2.1", ("a.test", "b.test"), BUDGET) == result
