import pytest
from tests.fakes.resolver import BUDGET, ScriptedResolver, found

from mailcore.dns.interface import Answer, Mx
from mailcore.dns.sender_domain import Lookup, sender_domain

NO_ANSWER, NO_NAME, NO_DATA = Answer("no_answer"), Answer("no_name"), Answer("no_data")
MX, NULL_MX = Answer("found", (Mx(10, "mx.test"),)), Answer("found", (Mx(0, "."),))
ADDRESS = found("192.0.2.1")


@pytest.mark.parametrize(
    ("lookup", "answers", "says"),
    [
        ("basic", {"ANY": found()}, "exists"),
        ("basic", {"ANY": NO_DATA}, "exists"),
        ("basic", {"ANY": NO_NAME}, "missing"),
        ("basic", {"ANY": NO_ANSWER}, "no_answer"),
        ("soa", {"SOA": Answer("found", has_soa=True)}, "exists"),
        ("soa", {"SOA": Answer("no_data", has_soa=True)}, "exists"),
        ("soa", {"SOA": NO_DATA}, "no_answer"),
        ("soa", {"SOA": Answer("no_name", has_soa=True)}, "missing"),
        ("soa", {"SOA": NO_NAME}, "missing"),
        ("soa", {"SOA": NO_ANSWER}, "no_answer"),
        ("mx", {"MX": MX}, "exists"),
        ("mx", {"MX": NULL_MX}, "null_mx"),
        ("mx", {"MX": Answer("found", (Mx(0, "."), Mx(10, "mx.test")))}, "exists"),
        ("mx", {"MX": NO_DATA, "A": ADDRESS}, "exists"),
        ("mx", {"MX": NO_NAME, "A": ADDRESS}, "exists"),
        ("mx", {"MX": NO_ANSWER, "A": ADDRESS}, "exists"),
        ("mx", {"MX": NO_DATA, "A": NO_DATA, "AAAA": found("2001:db8::1")}, "exists"),
        ("mx", {"MX": NO_DATA, "A": NO_ANSWER, "AAAA": found("2001:db8::1")}, "exists"),
        ("mx", {"MX": NO_NAME, "A": NO_NAME, "AAAA": NO_NAME}, "missing"),
        ("mx", {"MX": NO_DATA, "A": NO_NAME, "AAAA": NO_DATA}, "missing"),
        ("mx", {"MX": NO_ANSWER, "A": NO_NAME, "AAAA": NO_NAME}, "no_answer"),
        ("mx", {"MX": NO_DATA, "A": NO_ANSWER, "AAAA": NO_DATA}, "no_answer"),
        ("mx", {"MX": NO_DATA, "A": NO_DATA, "AAAA": NO_ANSWER}, "no_answer"),
    ],
)
async def test_sender_domain(lookup: Lookup, answers: dict[str, Answer], says: str) -> None:
    resolver = ScriptedResolver({f"example.org {rdtype}": answer for rdtype, answer in answers.items()})
    assert await sender_domain(resolver, "example.org", lookup, BUDGET) == says
    assert resolver.queries == [f"example.org {rdtype}" for rdtype in answers]  # and nothing more
